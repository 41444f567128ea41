-- What must find the company before there is one. Frozen: a change is a new file.

-- Which companies have bookings for which another service was to be asked before this.
create function tenants_with_unsettled_bookings(in_before timestamptz)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select distinct b.tenant_id from public.bookings b
     where b.is_unsettled and b.updated_at < in_before
$$;

-- Which companies have seats that were held until then, and no longer.
create function tenants_with_holds_over(in_now timestamptz)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select distinct b.tenant_id from public.bookings b
     where b.status = 'held' and b.held_until <= in_now
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
    one text;
begin
    foreach one in array array[
        'tenants_with_unsettled_bookings(timestamptz)', 'tenants_with_holds_over(timestamptz)'
    ] loop
        execute format('revoke all on function %s from public', one);
        execute format('grant execute on function %s to %I, %I', one, app, worker);
    end loop;
end $$;
