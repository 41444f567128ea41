-- What must find the company before there is one. Frozen: a change is a new file.

-- A client comes with the token of a link.
create function estimate_of_link(in_hash bytea)
returns table (tenant_id uuid, id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 1 as $$
    select e.tenant_id, e.id from public.estimates e where e.link_hash = in_hash
$$;

-- Whose estimates are past their last day: each company then looks by its own day.
create function tenants_with_expired_estimates(in_day date)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select distinct e.tenant_id from public.estimates e
     where e.expires_on is not null and not e.is_expiry_told and e.status in ('sent', 'viewed')
       and e.invoice_id is null and e.expires_on < in_day
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
begin
    revoke all on function estimate_of_link(bytea), tenants_with_expired_estimates(date)
        from public;
    execute format('grant execute on function estimate_of_link(bytea) to %I', app);
    execute format(
        'grant execute on function tenants_with_expired_estimates(date) to %I, %I', app, worker);
end $$;
