-- What is posted comes to nothing, by transaction and currency. A posting is one statement, so it is
-- looked at as a whole; that entries are never changed or removed is a matter of grants. Frozen.
create function check_ledger_transactions() returns trigger
    language plpgsql set search_path = pg_catalog, public as $$
begin
    if exists (
        select 1 from added
         group by tenant_id, transaction_id, currency having sum(amount_minor) <> 0
    ) then
        raise exception 'a transaction does not come to nothing' using errcode = 'check_violation';
    end if;
    return null;
end
$$;
create trigger check_transactions
    after insert on ledger_entries referencing new table as added
    for each statement execute function check_ledger_transactions();

-- What was issued before there was a ledger.
with issued as (
    select *, gen_random_uuid() as transaction_id,
           (issued_at at time zone 'UTC')::date as on_date
      from invoices where status in ('issued', 'paid')
), entries as (
    select i.*, e.place, e.account, e.amount_minor
      from issued i, lateral (values
        (0, 'receivable', i.total_minor),
        (1, 'revenue', -(i.total_minor - i.tax_minor - i.rounding_minor)),
        (2, 'tax', -i.tax_minor),
        (3, 'rounding', -i.rounding_minor)
      ) as e (place, account, amount_minor)
     where e.amount_minor <> 0
)
insert into ledger_entries (
    tenant_id, id, transaction_id, place, cause, account, client_id, document_type, document_id,
    currency, amount_minor, on_date, at, created_by
)
select tenant_id, uuidv7(), transaction_id, place, 'invoice:' || id || ':issued', account, client_id,
       'invoice', id, currency, amount_minor, on_date, issued_at, created_by
  from entries;
