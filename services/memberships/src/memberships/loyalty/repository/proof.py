"""The SQL of the proof of loyalty: points of redemptions are held, used, or the client's again."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import Integer, Uuid, bindparam, text

from chassis.statements import statement
from chassis.work import Record, UnitOfWork

_AT_ONCE: Final = 1_000
_BOUND: Final[Any] = (
    bindparam("tenant_id", type_=Uuid), bindparam("after", type_=Uuid),
    bindparam("piece", type_=Integer),
)  # fmt: skip
_REDEMPTIONS: Final = statement(text("""
select r.id, 'redemption ' || r.id as about, 'what became of its points' as figure,
       expected, found, null as entry
  from (select * from loyalty_redemptions
         where tenant_id = :tenant_id and id > :after order by id limit :piece) r
  left join credit_holds h on h.tenant_id = r.tenant_id and h.id = r.hold_id
  left join credit_usages u on u.tenant_id = r.tenant_id and u.hold_id = r.hold_id,
  lateral (values (
    case when r.status = 'pending' then 'held'
         when r.status in ('applied', 'cancelling') then 'used' else 'given back' end
      || ', ' || r.points,
    case when h.status = 'held' then 'held'
         when u.id is not null and u.reversed_at is null then 'used' else 'given back' end
      || ', ' || coalesce(h.amount, 0)
  )) as f (expected, found)
 order by r.id
""").bindparams(*_BOUND))  # fmt: skip


async def first_fault(work: UnitOfWork) -> Record | None:
    """The first redemption whose points are not where they should be."""
    after = UUID(int=0)
    while True:
        rows = await work.fetch(_REDEMPTIONS, tenant_id=work.tenant_id, after=after, piece=_AT_ONCE)
        for row in rows:
            if row["expected"] != row["found"]:
                return row
        if len(rows) < _AT_ONCE:
            return None
        after = rows[-1]["id"]
