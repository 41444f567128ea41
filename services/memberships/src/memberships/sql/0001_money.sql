-- What must find the company before there is one. Frozen: a change is a new file.

-- Which companies wait for an answer of billing since before then.
create function tenants_with_pending_bills(in_before timestamptz)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select distinct b.tenant_id from public.bills b
     where b.state = 'pending' and b.updated_at < in_before
$$;

-- Which companies have memberships that renew by themselves by a day: each then looks by its own
-- day, and by how long before they want it.
create function tenants_with_due_renewals(in_day date)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select distinct m.tenant_id from public.memberships m
      left join public.membership_settings s on s.tenant_id = m.tenant_id
     where m.auto_renew and m.cancelled_on is null and not m.cancels_at_end
       and m.renewal_date is not null
       and m.renewal_date <= in_day + coalesce(s.renew_days_before, 0)
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
begin
    revoke all on function tenants_with_pending_bills(timestamptz) from public;
    revoke all on function tenants_with_due_renewals(date) from public;
    execute format(
        'grant execute on function tenants_with_pending_bills(timestamptz) to %I, %I', app, worker);
    execute format(
        'grant execute on function tenants_with_due_renewals(date) to %I, %I', app, worker);
end $$;
