-- What must find the company before there is one. Frozen: a change is a new file.

-- Whose invoices were not paid in time: each company then looks by its own day.
create function tenants_with_overdue_invoices(in_day date)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select distinct i.tenant_id from public.invoices i
     where i.status in ('issued', 'partially_paid') and not i.is_overdue_told
       and i.due_date < in_day
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
begin
    revoke all on function tenants_with_overdue_invoices(date) from public;
    execute format(
        'grant execute on function tenants_with_overdue_invoices(date) to %I, %I', app, worker);
end $$;
