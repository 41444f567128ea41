-- What must find the company before there is one. Frozen: a change is a new file.

-- Which companies have memberships that time may have changed: each then looks by its own day.
create function tenants_with_memberships_to_look_at(in_day date)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select distinct m.tenant_id from public.memberships m
     where m.look_on is not null and m.look_on <= in_day
$$;

-- The companies that have memberships or credit, for `verify`.
create function tenants_to_prove(in_id uuid, in_limit integer)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    with recursive found (id) as (
        select in_id
        union all
        select least(
            (select m.tenant_id from public.memberships m where m.tenant_id > f.id
              order by m.tenant_id limit 1),
            (select a.tenant_id from public.credit_accounts a where a.tenant_id > f.id
              order by a.tenant_id limit 1)
        ) from found f where f.id is not null
    )
    select f.id from found f where f.id is not null and f.id > in_id limit in_limit
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
begin
    revoke all on function tenants_with_memberships_to_look_at(date) from public;
    revoke all on function tenants_to_prove(uuid, integer) from public;
    execute format(
        'grant execute on function tenants_with_memberships_to_look_at(date) to %I, %I',
        app, worker);
    execute format(
        'grant execute on function tenants_to_prove(uuid, integer) to %I, %I', app, worker);
end $$;
