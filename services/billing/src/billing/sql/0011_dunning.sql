-- What must find the company before there is one. Frozen: a change is a new file.

-- Who has rules by which clients are reminded: each company then looks by its own clock.
create function tenants_with_dunning_rules()
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select distinct r.tenant_id from public.dunning_rules r where r.is_active
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
begin
    revoke all on function tenants_with_dunning_rules() from public;
    execute format('grant execute on function tenants_with_dunning_rules() to %I, %I', app, worker);
end $$;
