"""The SQL of the proof of credit: every figure that is kept, against the entries it follows from.

Each statement looks at some accounts, by their ids, so none holds a whole company; and by itself
sees one moment, whatever is done meanwhile.
"""

from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Integer, Uuid, bindparam, select, text, tuple_

from chassis.statements import Statement, statement
from chassis.work import Record, UnitOfWork
from memberships.credit.tables.ledger import credit_accounts, credit_entries

PIECE: Final = 500
_ENTRIES_AT_ONCE: Final = 5_000
FIRST: Final = UUID(int=0)
LAST: Final = UUID(int=2**128 - 1)
_BOUND: Final[dict[str, Any]] = {"tenant_id": Uuid, "after": Uuid, "upto": Uuid, "piece": Integer}


def _query(sql: str) -> Statement:
    bound = (bindparam(name, type_=kind) for name, kind in _BOUND.items() if f":{name}" in sql)
    return statement(text(sql).bindparams(*bound))


# Where a piece ends that begins after an id: none where it is the last.
_END: Final = _query("""
select id from credit_accounts where tenant_id = :tenant_id and id > :after
 order by id offset :piece - 1 limit 1
""")
_TRANSACTIONS: Final = _query("""
select 'transaction ' || transaction_id as about, 'what account ' || account_id || ' comes to'
       as figure, '0' as expected, sum(amount)::text as found, min(id::text) as entry
  from credit_entries
 where tenant_id = :tenant_id and account_id > :after and account_id <= :upto
 group by transaction_id, account_id having sum(amount) <> 0
 order by min(id::text) limit 1
""")
# The hash of an entry does not tell whose it is: its account does.
_ENTRIES: Final = _query("""
select 'account ' || a.id as about, 'whose an entry is' as figure,
       a.client_id || ', ' || a.credit_type_id as expected,
       e.client_id || ', ' || e.credit_type_id as found, e.id::text as entry
  from credit_accounts a
  join credit_entries e on e.tenant_id = a.tenant_id and e.account_id = a.id
 where a.tenant_id = :tenant_id and a.id > :after and a.id <= :upto
   and (e.client_id <> a.client_id or e.credit_type_id <> a.credit_type_id)
 order by e.id limit 1
""")
_ACCOUNTS: Final = _query("""
with posted as (
    select account_id, count(*) as entries, min(id::text) as entry,
           coalesce(sum(amount) filter (where account = 'available'), 0) as available,
           coalesce(sum(amount) filter (where account = 'held'), 0) as held,
           coalesce(-sum(amount) filter (where account = 'overdrawn'), 0) as overdrawn
      from credit_entries
     where tenant_id = :tenant_id and account_id > :after and account_id <= :upto
     group by account_id
), kept as (
    select account_id, sum(remaining) as remaining, sum(held) as held
      from credit_lots
     where tenant_id = :tenant_id and account_id > :after and account_id <= :upto
     group by account_id
), owed as (
    select account_id, sum(amount) as amount
      from credit_parts
     where tenant_id = :tenant_id and account_id > :after and account_id <= :upto
       and lot_id is null and account is not null
     group by account_id
)
select 'account ' || a.id as about, figure, expected::text, found::text, p.entry
  from credit_accounts a
  left join posted p on p.account_id = a.id
  left join kept k on k.account_id = a.id
  left join owed o on o.account_id = a.id, lateral (values
    ('available', coalesce(p.available, 0), a.available),
    ('held', coalesce(p.held, 0), a.held),
    ('overdrawn', coalesce(p.overdrawn, 0), a.overdrawn),
    ('what is left of its charges', a.available, coalesce(k.remaining, 0)),
    ('what was used of no charge', a.overdrawn, coalesce(o.amount, 0)),
    ('the number of its entries', coalesce(p.entries, 0), a.entry_count)
  ) as f (figure, expected, found)
 where a.tenant_id = :tenant_id and a.id > :after and a.id <= :upto and expected <> found
 order by a.id limit 1
""")
_LOTS: Final = _query("""
with posted as (
    select lot_id, min(id::text) as entry,
           coalesce(sum(amount) filter (where account = 'available'), 0) as available,
           coalesce(sum(amount) filter (where account = 'held'), 0) as held,
           coalesce(sum(amount) filter (where account = 'used'), 0) as used,
           coalesce(sum(amount) filter (where amount > 0 and account = 'adjusted'), 0) as adjusted,
           coalesce(-sum(amount) filter (where amount < 0
               and account in ('issued', 'adjusted', 'transferred')), 0) as brought
      from credit_entries
     where tenant_id = :tenant_id and account_id > :after and account_id <= :upto
       and lot_id is not null
     group by lot_id
), taken as (
    select lot_id, sum(amount) filter (where account = 'held') as held,
           sum(amount) filter (where account = 'used') as used,
           sum(amount) filter (where account = 'adjusted') as adjusted
      from credit_parts
     where tenant_id = :tenant_id and account_id > :after and account_id <= :upto
       and lot_id is not null
     group by lot_id
)
select 'charge ' || l.id as about, figure, expected::text, found::text, p.entry
  from credit_lots l
  left join posted p on p.lot_id = l.id
  left join taken t on t.lot_id = l.id, lateral (values
    ('amount', coalesce(p.brought, 0), l.amount),
    ('remaining', coalesce(p.available, 0), l.remaining),
    ('held', coalesce(p.held, 0), l.held),
    ('what holds have of it', l.held, coalesce(t.held, 0)),
    ('what uses have of it', coalesce(p.used, 0), coalesce(t.used, 0)),
    ('what adjustments have of it', coalesce(p.adjusted, 0), coalesce(t.adjusted, 0))
  ) as f (figure, expected, found)
 where l.tenant_id = :tenant_id and l.account_id > :after and l.account_id <= :upto
   and expected <> found
 order by l.id limit 1
""")
_CHECKS: Final = (_TRANSACTIONS, _ENTRIES, _ACCOUNTS, _LOTS)
# What was used, held or adjusted is what it took of charges. By their own ids, which callers
# choose: a use may have that of a hold.
_USES_END: Final = _query("""
select id from (
    (select id from credit_usages where tenant_id = :tenant_id and id > :after
      order by id limit :piece)
    union (select id from credit_holds where tenant_id = :tenant_id and id > :after
            order by id limit :piece)
    union (select id from credit_adjustments where tenant_id = :tenant_id and id > :after
            order by id limit :piece)
) as next order by id offset :piece - 1 limit 1
""")
_USES: Final = _query("""
select kind || ' ' || u.id as about, 'what it took' as figure, u.amount::text as expected,
       coalesce(p.amount, 0)::text as found, null as entry
  from (select 'usage' as kind, id, amount from credit_usages
         where tenant_id = :tenant_id and id > :after and id <= :upto
        union all
        select 'hold', id, amount from credit_holds
         where tenant_id = :tenant_id and id > :after and id <= :upto
           and status <> 'consumed'
        union all
        select 'adjustment', id, greatest(-amount, 0) from credit_adjustments
         where tenant_id = :tenant_id and id > :after and id <= :upto) u
  left join (select owner_kind, owner_id, sum(amount) as amount from credit_parts
              where tenant_id = :tenant_id and owner_id > :after and owner_id <= :upto
              group by owner_kind, owner_id) p on (p.owner_kind, p.owner_id) = (u.kind, u.id)
 where u.amount <> coalesce(p.amount, 0)
 order by u.id limit 1
""")

_E: Final = credit_entries.c
_A: Final = credit_accounts.c
_CHAIN: Final = statement(
    select(*credit_entries.columns, _A.head, _A.entry_count)
    .join_from(credit_entries, credit_accounts,
               (_A.tenant_id == _E.tenant_id) & (_A.id == _E.account_id))
    .where(_E.tenant_id == bindparam("tenant_id", type_=Uuid),
           tuple_(_E.account_id, _E.number) > tuple_(
               bindparam("after", type_=Uuid), bindparam("number", type_=BigInteger)))
    .order_by(_E.account_id, _E.number).limit(bindparam("piece", type_=Integer))
)  # fmt: skip


async def first_fault(work: UnitOfWork) -> Record | None:
    """The first of a company's figures that does not fit."""
    for end, piece, checks in ((_END, PIECE, _CHECKS), (_USES_END, _ENTRIES_AT_ONCE, (_USES,))):
        after = FIRST
        while after != LAST:
            values = {"tenant_id": work.tenant_id, "after": after}
            upto = await work.fetchval(end, **values, piece=piece) or LAST
            for check in checks:
                if row := await work.fetchrow(check, **values, upto=upto):
                    return row
            after = upto
    return None


async def chains(work: UnitOfWork) -> AsyncIterator[Record]:
    """Every entry of a company, each account's one after the other, with how many its account has
    by then, and the hash of the last.
    """
    after, number = FIRST, 0
    while True:
        rows = await work.fetch(
            _CHAIN, tenant_id=work.tenant_id, after=after, number=number, piece=_ENTRIES_AT_ONCE
        )
        for row in rows:
            yield row
        if len(rows) < _ENTRIES_AT_ONCE:
            return
        after, number = rows[-1]["account_id"], rows[-1]["number"]
