-- What must find the company before there is one. Frozen: a change is a new file.

-- Which companies wait for an answer of billing about redemptions since before then.
create function tenants_with_waiting_redemptions(in_before timestamptz)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select distinct r.tenant_id from public.loyalty_redemptions r
     where r.status in ('pending', 'cancelling') and r.updated_at < in_before
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
begin
    revoke all on function tenants_with_waiting_redemptions(timestamptz) from public;
    execute format(
        'grant execute on function tenants_with_waiting_redemptions(timestamptz) to %I, %I',
        app, worker);
end $$;
