-- What must find the company before there is one. Frozen: a change is a new file.

-- Which companies have something to bill: each then looks by its own day.
create function tenants_with_due_subscriptions(in_day date)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select distinct s.tenant_id from public.subscriptions s
     where s.next_on is not null and not s.is_paused and s.next_on <= in_day
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
begin
    revoke all on function tenants_with_due_subscriptions(date) from public;
    execute format(
        'grant execute on function tenants_with_due_subscriptions(date) to %I, %I', app, worker);
end $$;
