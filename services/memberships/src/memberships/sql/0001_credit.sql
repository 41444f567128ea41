-- What is posted of credit comes to nothing, by transaction, client and type. Entries are written in
-- one statement, so they are looked at as a whole; that they are never changed or removed is a matter
-- of grants. Frozen: a change is a new file.
create function check_credit_transactions() returns trigger
    language plpgsql set search_path = pg_catalog, public as $$
begin
    if exists (
        select 1 from added
         group by tenant_id, transaction_id, account_id having sum(amount) <> 0
    ) then
        raise exception 'a transaction of credit does not come to nothing'
            using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create trigger check_transactions
    after insert on credit_entries referencing new table as added
    for each statement execute function check_credit_transactions();

-- Whose credit is over, or will be within a credit type's days: each company then looks by its own day.
create function tenants_with_expiring_credit(in_day date)
returns table (tenant_id uuid)
language sql stable security definer set search_path = pg_catalog, public rows 100 as $$
    select distinct l.tenant_id from public.credit_lots l
      join public.credit_types t on t.tenant_id = l.tenant_id and t.id = l.credit_type_id
     where l.remaining > 0 and l.expires_on is not null
       and (l.expires_on < in_day
            or not l.is_expiring_told and l.expires_on < in_day + t.expiring_soon_days)
$$;

do $$
declare
    app text := replace(current_user, '_owner', '_app');
    worker text := replace(current_user, '_owner', '_worker');
begin
    revoke all on function tenants_with_expiring_credit(date) from public;
    execute format(
        'grant execute on function tenants_with_expiring_credit(date) to %I, %I', app, worker);
end $$;
