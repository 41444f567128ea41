-- Strangers know a form by its key only: which company's it is has to be found first.
create function tenant_of_form(in_key text)
returns table (tenant_id uuid, form_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 1 as $$
    select f.tenant_id, f.id from public.forms f where f.key = in_key and f.is_enabled limit 1
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
begin
    revoke all on function tenant_of_form(text) from public;
    execute format('grant execute on function tenant_of_form(text) to %I', app);
end $$;
