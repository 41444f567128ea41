"""What billing told of the documents that name work cycles."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Integer,
    Numeric,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from chassis.money import Money
from chassis.rows import rows_of
from chassis.statements import statement
from chassis.tables import written_columns
from chassis.work import UnitOfWork
from refs.merges import are_about_one
from refs.tables import client_refs
from scheduling.work_cycles.rules import Kind, Listed
from scheduling.work_cycles.tables import work_cycle_documents, work_cycles

_C: Final = work_cycle_documents.c
_NAMES: Final = [one.name for one in written_columns(work_cycle_documents)]
_TOLD: Final = (
    "version", "updated_at", "work_cycle_id", "client_id", "number", "dated_on", "currency",
    "amount_minor", "net_minor", "paid_minor",
)  # fmt: skip
# What counts for a cycle of those that name it: not what is about another client. That is told as
# it is read, so it holds whatever comes first, and whoever is merged or parted meanwhile.
COUNTS: Final = and_(
    _C.tenant_id == work_cycles.c.tenant_id, _C.work_cycle_id == work_cycles.c.id,
    or_(_C.client_id.is_(None),
        are_about_one(client_refs, _C.client_id, work_cycles.c.client_id)),
)  # fmt: skip
_IS_KNOWN: Final = statement(
    select(exists().where(
        _C.tenant_id == bindparam("tenant_id", type_=Uuid), _C.id == bindparam("id", type_=Uuid)
    ))
)  # fmt: skip


def _hearing() -> Any:
    given = rows_of(work_cycle_documents, _NAMES).c
    put = insert(work_cycle_documents).from_select(_NAMES, select(*given).order_by(given.id))
    new = put.excluded
    return put.on_conflict_do_update(
        index_elements=["tenant_id", "id"], set_={name: new[name] for name in _TOLD},
        # Also of the version that is known: an earlier release remembered less of it.
        where=new.version >= _C.version,
    )  # fmt: skip


_HEAR: Final = statement(_hearing())
_IS_ANYTHING: Final = _C.amount_minor != literal_column("0", BigInteger)
_OF_ITS_CLIENT: Final = (
    select(_C.kind, _C.number, _C.dated_on, _C.currency, _C.amount_minor, _C.paid_minor,
           null().label("several"))
    .join_from(work_cycles, work_cycle_documents, COUNTS)
    .where(work_cycles.c.tenant_id == bindparam("tenant_id", type_=Uuid),
           work_cycles.c.id == bindparam("cycle_id", type_=Uuid))
)  # fmt: skip
_LISTED: Final = statement(
    _OF_ITS_CLIENT.where(_C.client_id.is_not(None), _IS_ANYTHING)
    .order_by(_C.dated_on.desc().nulls_last(), _C.id.desc())
    .limit(bindparam("most", type_=Integer))
)
_OF_NOBODY: Final = statement(
    _OF_ITS_CLIENT.with_only_columns(
        _C.kind, null().label("number"), null().label("dated_on"), _C.currency,
        func.sum(_C.amount_minor, type_=Numeric).label("amount_minor"),
        func.sum(_C.paid_minor, type_=Numeric).label("paid_minor"),
        func.count().label("several"),
    )
    .where(_C.client_id.is_(None), _IS_ANYTHING)
    .group_by(_C.kind, _C.currency)
    .order_by(_C.kind, _C.currency)
)  # fmt: skip


async def is_known(work: UnitOfWork, document_id: UUID) -> bool:
    """Whether a document named a cycle before."""
    known: dict[str, Any] = {"tenant_id": work.tenant_id, "id": document_id}
    return bool(await work.fetchval(_IS_KNOWN, **known))


async def listed(work: UnitOfWork, cycle_id: UUID, most: int) -> list[Listed]:
    """The newest of what counts for a cycle and comes to anything, so many at most; and of what is
    about nobody how many there are of each kind.
    """
    asked = {"tenant_id": work.tenant_id, "cycle_id": cycle_id}
    rows = await work.fetch(_LISTED, **asked, most=most)
    rows += await work.fetch(_OF_NOBODY, **asked)
    return [
        Listed(
            kind=Kind(row["kind"]), number=row["number"], dated_on=row["dated_on"],
            money=Money(int(row["amount_minor"]), row["currency"]),
            paid=Money(int(row["paid_minor"]), row["currency"]), several=row["several"],
        )
        for row in rows
    ]  # fmt: skip


async def hear(work: UnitOfWork, told: Sequence[Mapping[str, Any]]) -> None:
    """Keep what documents come to, unless something newer is known.

    Each by its `id`, `kind`, `version`, `work_cycle_id`, `currency` and figures; each id once.
    """
    made = {"tenant_id": work.tenant_id, "created_at": work.now, "updated_at": work.now}
    await work.execute(_HEAR, rows=[{**made, **one} for one in told])
