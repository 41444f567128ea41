-- What must find the company before there is one. Frozen: a change is a new file.

-- Which companies have renewals that billing refused before then, be nothing else due there.
create function tenants_with_refused_renewals(in_before timestamptz)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select distinct p.tenant_id from public.membership_periods p
     where p.state = 'refused' and p.updated_at < in_before
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
begin
    revoke all on function tenants_with_refused_renewals(timestamptz) from public;
    execute format(
        'grant execute on function tenants_with_refused_renewals(timestamptz) to %I, %I',
        app, worker);
end $$;
