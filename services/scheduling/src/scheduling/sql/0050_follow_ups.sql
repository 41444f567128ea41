-- What must find the company before there is one. Frozen: a change is a new file.

-- Which companies wait for an answer of clients about follow-ups for long.
create function tenants_with_pending_follow_ups(in_before timestamptz)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select distinct f.tenant_id from public.follow_ups f
     where f.state = 'pending' and f.updated_at < in_before
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
begin
    revoke all on function tenants_with_pending_follow_ups(timestamptz) from public;
    execute format(
        'grant execute on function tenants_with_pending_follow_ups(timestamptz) to %I, %I',
        app, worker);
end $$;
