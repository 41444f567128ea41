-- The companies that have invoices, payments or entries, for `verify`. Frozen.
create function tenants_after(in_id uuid, in_limit integer)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    with recursive found (id) as (
        select in_id
        union all
        select least(
            (select i.tenant_id from public.invoices i where i.tenant_id > f.id
              order by i.tenant_id limit 1),
            (select p.tenant_id from public.payments p where p.tenant_id > f.id
              order by p.tenant_id limit 1),
            (select e.tenant_id from public.ledger_entries e where e.tenant_id > f.id
              order by e.tenant_id limit 1)
        ) from found f where f.id is not null
    )
    select f.id from found f where f.id is not null and f.id > in_id limit in_limit
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
begin
    revoke all on function tenants_after(uuid, integer) from public;
    execute format('grant execute on function tenants_after(uuid, integer) to %I, %I', app, worker);
end $$;
