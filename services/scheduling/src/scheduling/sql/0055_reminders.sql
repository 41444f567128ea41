-- What must find the company before there is one. Frozen: a change is a new file.

-- Which companies have somebody to be reminded.
create function tenants_with_due_reminders(in_now timestamptz)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select distinct r.tenant_id from public.reminders r
     where r.state = 'pending' and r.due_at <= in_now
$$;

-- Whose reminders were taken in hand before that, and are not settled.
create function tenants_with_reminders_left(in_before timestamptz)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select distinct r.tenant_id from public.reminders r
     where r.state = 'sending' and r.updated_at < in_before
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
    named text;
begin
    foreach named in array array['tenants_with_due_reminders', 'tenants_with_reminders_left'] loop
        execute format('revoke all on function %I(timestamptz) from public', named);
        execute format('grant execute on function %I(timestamptz) to %I, %I', named, app, worker);
    end loop;
end $$;
