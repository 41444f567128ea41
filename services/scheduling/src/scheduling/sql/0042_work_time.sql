-- What must find the company before there is one. Frozen: a change is a new file.

-- Which companies wait for an answer of billing about work time for long.
create function tenants_with_pending_time_invoices(in_before timestamptz)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select distinct t.tenant_id from public.time_invoices t
     where t.state = 'pending' and t.updated_at < in_before
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
begin
    revoke all on function tenants_with_pending_time_invoices(timestamptz) from public;
    execute format(
        'grant execute on function tenants_with_pending_time_invoices(timestamptz) to %I, %I',
        app, worker);
end $$;
