"""All SQL of the proof: every figure that is kept, against what it follows from.

Written out, as it joins all that has to do with money. Each statement looks at some documents, by
their ids, so none holds a whole company; and by itself sees one moment, whatever is done meanwhile.
"""

from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Integer, Uuid, bindparam, text

from billing.proof.rules import FIRST, LAST, Fault
from chassis.context import Context
from chassis.statements import Statement, statement
from chassis.work import UnitOfWork

_AT_ONCE: Final = 100
PIECE: Final = 5_000


_BOUND: Final[dict[str, Any]] = {
    "tenant_id": Uuid, "after": Uuid, "upto": Uuid, "series_id": Uuid, "piece": Integer,
}  # fmt: skip


def _query(sql: str) -> Statement:
    bound = (bindparam(name, type_=kind) for name, kind in _BOUND.items() if f":{name}" in sql)
    return statement(text(sql).bindparams(*bound))


# Where a piece ends that begins after an id: none where it is the last.
_END: Final = _query("""
select id from (
    (select id from invoices where tenant_id = :tenant_id and id > :after
      order by id limit :piece)
    union (select id from payments where tenant_id = :tenant_id and id > :after
            order by id limit :piece)
    union (select id from refunds where tenant_id = :tenant_id and id > :after
            order by id limit :piece)
    union (select id from credit_notes where tenant_id = :tenant_id and id > :after
            order by id limit :piece)
    union (select document_id from ledger_entries
            where tenant_id = :tenant_id and document_id > :after
            order by document_id limit :piece)
) as next order by id offset :piece - 1 limit 1
""")
_TRANSACTIONS_END: Final = _query("""
select transaction_id from ledger_entries
 where tenant_id = :tenant_id and transaction_id > :after
 order by transaction_id offset :piece - 1 limit 1
""")
_TRANSACTIONS: Final = _query("""
select 'transaction ' || transaction_id as about, 'what ' || currency || ' comes to' as figure,
       '0' as expected, sum(amount_minor)::text as found, min(id::text) as entry
  from ledger_entries
 where tenant_id = :tenant_id and transaction_id > :after and transaction_id <= :upto
 group by transaction_id, currency having sum(amount_minor) <> 0
 order by min(id::text) limit 1
""")
# What each account has to say of each document, and says.
_ACCOUNTS: Final = _query("""
with parts as (
    select 'invoice' as kind, id, currency, account, minor
      from invoices i, lateral (values
        ('receivable', total_minor - paid_minor - credited_minor - written_off_minor),
        ('tax', -tax_minor), ('bad_debts', written_off_minor),
        (case when type is not null then 'opening_balances' else 'revenue' end,
         -(total_minor - tax_minor - rounding_minor)), ('rounding', -rounding_minor)
      ) as e (account, minor)
     where tenant_id = :tenant_id and id > :after and id <= :upto
       and status not in ('draft', 'void')
    union all
    select 'payment', id, currency, account, minor
      from payments p, lateral (values
        ('credit', case when status = 'bounced' then 0
                        else allocated_minor + refunded_minor + drawn_minor - amount_minor end),
        ('cash', case when method in ('credit', 'opening_balance')
                        or method = 'cheque' and status <> 'cleared' then 0
                      else amount_minor end),
        ('opening_balances', case when method = 'opening_balance' then amount_minor else 0 end),
        ('cheques', case when method = 'cheque' and status in ('received', 'deposited')
                         then amount_minor else 0 end)
      ) as e (account, minor)
     where tenant_id = :tenant_id and id > :after and id <= :upto
    union all
    select 'refund', id, currency, 'refunds',
           case when status = 'succeeded' then -amount_minor else 0 end
      from refunds where tenant_id = :tenant_id and id > :after and id <= :upto
    union all
    select 'credit_note', c.id, c.currency, account, minor
      from credit_notes c
      join invoices i on i.tenant_id = c.tenant_id and i.id = c.invoice_id, lateral (values
        (case when i.type is not null then 'opening_balances' else 'revenue' end,
         c.total_minor - c.tax_minor - c.rounding_minor),
        ('tax', c.tax_minor), ('rounding', c.rounding_minor)
      ) as e (account, minor)
     where c.tenant_id = :tenant_id and c.id > :after and c.id <= :upto
    union all
    select 'invoice', i.id, e.currency, account, minor
      from invoices i
      join payment_allocations a on a.tenant_id = i.tenant_id and a.invoice_id = i.id
      join payments p on p.tenant_id = a.tenant_id and p.id = a.payment_id, lateral (values
        (i.currency, 'conversions',
         case when i.currency = p.currency then 0 else a.amount_minor end),
        (i.home_currency, 'conversions', a.difference_minor),
        (i.home_currency, 'exchange_differences', -a.difference_minor)
      ) as e (currency, account, minor)
     where i.tenant_id = :tenant_id and i.id > :after and i.id <= :upto
    union all
    select 'payment', p.id, p.currency, 'conversions', -a.payment_minor
      from payments p
      join payment_allocations a on a.tenant_id = p.tenant_id and a.payment_id = p.id
     where p.tenant_id = :tenant_id and p.id > :after and p.id <= :upto
       and a.currency <> p.currency
), expected as (
    select kind, id, currency, account, sum(minor) as minor
      from parts where minor <> 0 group by kind, id, currency, account
), posted as (
    select document_type as kind, document_id as id, currency, account,
           sum(amount_minor) as minor, min(id::text) as entry
      from ledger_entries
     where tenant_id = :tenant_id and document_id > :after and document_id <= :upto
     group by document_type, document_id, currency, account
)
select kind || ' ' || id as about, account || ' in ' || currency as figure,
       coalesce(e.minor, 0)::text as expected, coalesce(p.minor, 0)::text as found, entry
  from expected e full join posted p using (kind, id, currency, account)
 where coalesce(e.minor, 0) <> coalesce(p.minor, 0)
 order by entry nulls last, id limit 1
""")
# What is kept of a document, against what it is the sum of.
_SUMS: Final = _query("""
with found as (
    select 'invoice ' || id as about, 'paid' as figure, paid_minor as kept,
           (select sum(a.amount_minor) from payment_allocations a
             where a.tenant_id = i.tenant_id and a.invoice_id = i.id) as parts
      from invoices i where tenant_id = :tenant_id and id > :after and id <= :upto
    union all
    select 'invoice ' || id, 'paid at home', home_paid_minor,
           (select sum(a.home_minor) from payment_allocations a
             where a.tenant_id = i.tenant_id and a.invoice_id = i.id)
      from invoices i where tenant_id = :tenant_id and id > :after and id <= :upto
    union all
    select 'invoice ' || id as about, 'credited' as figure, credited_minor,
           (select sum(c.total_minor) from credit_notes c
             where c.tenant_id = i.tenant_id and c.invoice_id = i.id)
      from invoices i where tenant_id = :tenant_id and id > :after and id <= :upto
    union all
    select 'invoice ' || id, 'what is left of its lines',
           (select sum((l ->> 'quantity')::numeric) from jsonb_array_elements(lines_left) l),
           (select sum((l ->> 'quantity')::numeric) from jsonb_array_elements(lines) l)
           - coalesce((select sum((l ->> 'quantity')::numeric)
                 from credit_notes c, jsonb_array_elements(c.lines) l
                where c.tenant_id = i.tenant_id and c.invoice_id = i.id
                  and l ->> 'invoice_line' is not null), 0)
      from invoices i where tenant_id = :tenant_id and id > :after and id <= :upto
       and lines_left is not null and credited_minor < total_minor
    union all
    select 'payment ' || id, figure, kept, parts from payments p, lateral (values
        ('allocated', allocated_minor,
         (select sum(a.payment_minor) from payment_allocations a
           where a.tenant_id = p.tenant_id and a.payment_id = p.id)),
        ('allocated at home', home_allocated_minor,
         (select sum(a.paid_home_minor) from payment_allocations a
           where a.tenant_id = p.tenant_id and a.payment_id = p.id)),
        ('refunded', refunded_minor,
         (select sum(r.amount_minor) from refunds r
           where r.tenant_id = p.tenant_id and r.payment_id = p.id
             and r.status = 'succeeded')),
        ('refunding', refunding_minor,
         (select sum(r.amount_minor) from refunds r
           where r.tenant_id = p.tenant_id and r.payment_id = p.id and r.status = 'pending')),
        ('used as credit', drawn_minor,
         (select sum(d.amount_minor) from credit_draws d
           where d.tenant_id = p.tenant_id and d.source_id = p.id)),
        ('drawn', case when method = 'credit' then amount_minor else 0 end,
         (select sum(d.amount_minor) from credit_draws d
           where d.tenant_id = p.tenant_id and d.payment_id = p.id))
    ) as e (figure, kept, parts)
     where tenant_id = :tenant_id and id > :after and id <= :upto
)
select about, figure, coalesce(parts, 0)::text as expected, kept::text as found, null as entry
  from found where kept <> coalesce(parts, 0) order by about limit 1
""")
_SERIES: Final = _query("""
select id, document_type from series
 where tenant_id = :tenant_id and document_type in ('invoice', 'receipt', 'credit_note') order by id
""")


def _numbers(table: str, number: str) -> Statement:
    """The first place of a series that is not given once, of those before its next one."""
    return _query(f"""
with given as (
    select s.prefix, s.first_number, s.next_number,
           substring(d.{number} from char_length(s.prefix) + 1)::bigint as place
      from series s left join {table} d
        on d.tenant_id = s.tenant_id and d.series_id = s.id and d.{number} is not null
     where s.tenant_id = :tenant_id and s.id = :series_id
), steps as (
    select prefix, place, lag(place, 1, first_number - 1) over (order by place) + 1 as expected
      from given where place is not null
    union all
    select prefix, next_number, coalesce(max(place), first_number - 1) + 1
      from given group by prefix, first_number, next_number
)
select 'series ' || prefix as about, 'the next number' as figure,
       expected::text, place::text as found, null as entry
  from steps where place <> expected order by place limit 1
""")  # noqa: S608 - names of our own


_NUMBERS: Final = {
    "invoice": _numbers("invoices", "number"), "receipt": _numbers("payments", "receipt_number"),
    "credit_note": _numbers("credit_notes", "number"),
}  # fmt: skip


async def every_tenant(context: Context) -> AsyncIterator[UUID]:
    """The companies that have anything to do with money."""
    last = FIRST
    while found := await context.system.look_up("tenants_after", last, _AT_ONCE):
        for row in found:
            yield row["tenant_id"]
        last = found[-1]["tenant_id"]


async def first_fault(work: UnitOfWork) -> Fault | None:
    """The first of a company's figures, or numbers, that does not fit."""
    for ends, checks in ((_TRANSACTIONS_END, (_TRANSACTIONS,)), (_END, (_ACCOUNTS, _SUMS))):
        after = FIRST
        while after != LAST:
            values = {"tenant_id": work.tenant_id, "after": after}
            upto = await work.fetchval(ends, **values, piece=PIECE) or LAST
            for check in checks:
                if row := await work.fetchrow(check, **values, upto=upto):
                    return Fault(**row)
            after = upto
    for series_id, document_type in await numbered(work):
        check, values = _NUMBERS[document_type], {"series_id": series_id}
        if row := await work.fetchrow(check, tenant_id=work.tenant_id, **values):
            return Fault(**row)
    return None


async def numbered(work: UnitOfWork) -> list[tuple[UUID, str]]:
    """The series whose numbers have no gaps, and of what they are."""
    rows = await work.fetch(_SERIES, tenant_id=work.tenant_id)
    return [(row["id"], row["document_type"]) for row in rows]
