-- What must find the company before there is one. Frozen: a change is a new file.

-- Which companies have tasks that are overdue, of which nobody was told.
create function tenants_with_overdue_tasks(in_now timestamptz)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select distinct t.tenant_id from public.tasks t
     where t.due_at <= in_now and t.state in ('open', 'in_progress')
       and t.overdue_told_at is null
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
begin
    revoke all on function tenants_with_overdue_tasks(timestamptz) from public;
    execute format(
        'grant execute on function tenants_with_overdue_tasks(timestamptz) to %I, %I',
        app, worker);
end $$;
