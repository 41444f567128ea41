-- What must find the company before there is one. Frozen: a change is a new file.

-- A payment provider comes with an event; that it is theirs is proved by its signature.
create function tenant_of_payment_provider(in_id uuid)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 1 as $$
    select p.tenant_id from public.payment_providers p where p.id = in_id
$$;

-- Whose provider is to be asked what became of payments, or of refunds that wait since then.
create function tenants_with_due_checkouts(in_now timestamptz, in_since timestamptz)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select c.tenant_id from public.checkouts c
     where c.next_check_at is not null and c.next_check_at <= in_now
     union
    select r.tenant_id from public.refunds r
     where r.status = 'pending' and r.updated_at < in_since
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
begin
    revoke all on function tenant_of_payment_provider(uuid),
        tenants_with_due_checkouts(timestamptz, timestamptz) from public;
    execute format('grant execute on function tenant_of_payment_provider(uuid) to %I', app);
    execute format(
        'grant execute on function tenants_with_due_checkouts(timestamptz, timestamptz)'
        ' to %I, %I', app, worker);
end $$;
