"""All SQL of what clients calls for: which task stands for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import DateTime, Integer, Text, Uuid, any_, bindparam, null, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from chassis.statements import statement
from chassis.work import UnitOfWork
from refs.tables import client_refs
from scheduling.follow_ups.tables import due_follow_ups

_C: Final = due_follow_ups.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_CLIENT: Final = bindparam("client_id", type_=Uuid)
_FIELD: Final = bindparam("field", type_=Text)
_new = insert(due_follow_ups).values(
    tenant_id=_TENANT, client_id=_CLIENT, field=_FIELD,
    version=bindparam("version", type_=Integer),
    due_at=bindparam("due_at", type_=DateTime(timezone=True)),
)  # fmt: skip
_TAKE: Final = statement(
    _new.on_conflict_do_update(
        index_elements=["tenant_id", "client_id", "field"],
        set_={
            "version": _new.excluded.version,
            "due_at": _new.excluded.due_at,
            "answered_by": null(),
        },
        where=_C.version < _new.excluded.version,
    ).returning(_C.task_id)
)
_KEEP: Final = statement(
    update(due_follow_ups)
    .where(_C.tenant_id == _TENANT, _C.client_id == _CLIENT, _C.field == _FIELD)
    .values(task_id=bindparam("task_id", type_=Uuid))
)
_merged = select(client_refs.c.id).where(
    client_refs.c.tenant_id == _TENANT, client_refs.c.merged_into == _CLIENT
)
_FIND_MERGED: Final = statement(
    select(_C.task_id)
    .where(_C.tenant_id == _TENANT, _C.client_id.in_(_merged), _C.field == _FIELD,
           _C.task_id.is_not(None), _C.answered_by.is_(None))
    .order_by(_C.client_id)
    .with_for_update()
)  # fmt: skip
_ANSWER: Final = statement(
    update(due_follow_ups)
    .where(_C.tenant_id == _TENANT, _C.field == _FIELD,
           _C.task_id == any_(bindparam("task_ids", type_=ARRAY(Uuid))))
    .values(answered_by=_CLIENT)
)  # fmt: skip
_ANSWERED: Final = (
    _C.tenant_id == _TENANT, _C.client_id == _CLIENT,
    _C.answered_by == bindparam("survivor_id", type_=Uuid),
)  # fmt: skip
_FIND_ANSWERED: Final = statement(
    select(_C.task_id).where(*_ANSWERED).order_by(_C.field).with_for_update()
)
_REOPEN: Final = statement(update(due_follow_ups).where(*_ANSWERED).values(answered_by=null()))


@dataclass(frozen=True, slots=True)
class Taken:
    """What stood for a follow-up until now."""

    task_id: UUID | None


async def take(
    work: UnitOfWork, client_id: UUID, field: str, version: int, due_at: datetime | None
) -> Taken | None:
    """Note when a client is to be followed up by a field, as of a version of it, and lock that;
    None where something later was heard of it already.
    """
    known: dict[str, Any] = _key(work, client_id, field)
    row = await work.fetchrow(_TAKE, **known, version=version, due_at=due_at)
    return Taken(row["task_id"]) if row is not None else None


async def keep(work: UnitOfWork, client_id: UUID, field: str, task_id: UUID | None) -> None:
    """Note which task stands for it now."""
    await work.execute(_KEEP, **_key(work, client_id, field), task_id=task_id)


async def of_merged(work: UnitOfWork, client_id: UUID, field: str) -> Sequence[UUID]:
    """The tasks of those merged into a client that stand for the same field; locked."""
    rows = await work.fetch(_FIND_MERGED, **_key(work, client_id, field))
    return [row["task_id"] for row in rows]


async def answer(
    work: UnitOfWork, client_id: UUID, field: str, task_ids: Sequence[UUID]
) -> None:  # fmt: skip
    """These were given up, as a client is followed up who answers for those merged into it."""
    if task_ids:
        await work.execute(_ANSWER, **_key(work, client_id, field), task_ids=list(task_ids))


async def reopen(work: UnitOfWork, client_id: UUID, survivor_id: UUID) -> Sequence[UUID]:
    """The tasks that were given up so, of a client for whom that one answers no more."""
    known: dict[str, Any] = {"tenant_id": work.tenant_id, "client_id": client_id}
    rows = await work.fetch(_FIND_ANSWERED, **known, survivor_id=survivor_id)
    if rows:
        await work.execute(_REOPEN, **known, survivor_id=survivor_id)
    return [row["task_id"] for row in rows]


def _key(work: UnitOfWork, client_id: UUID, field: str) -> dict[str, Any]:
    return {"tenant_id": work.tenant_id, "client_id": client_id, "field": field}
