-- What must find the company before there is one. Frozen: a change is a new file.

-- Which companies have memberships that time may have changed, or whose renewal date comes: each
-- then looks by its own day, and by how long before it wants to be told.
create or replace function tenants_with_memberships_to_look_at(in_day date)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select m.tenant_id from public.memberships m
     where m.look_on is not null and m.look_on <= in_day
    union
    select m.tenant_id from public.memberships m
      left join public.membership_settings s on s.tenant_id = m.tenant_id
     where m.renewal_date is not null and m.cancelled_on is null and not m.cancels_at_end
       and m.renewal_date is distinct from m.expiring_told_for
       and m.renewal_date > in_day - 3
       and m.renewal_date <= in_day + coalesce(s.expiring_days, 7)
$$;
