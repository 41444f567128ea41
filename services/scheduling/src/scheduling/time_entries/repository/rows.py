"""How work time is written, and found by its ids."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    delete,
    func,
    null,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.statements import statement
from chassis.tables import written_columns
from chassis.work import UnitOfWork
from refs.merges import survivor_of
from refs.tables import client_refs
from scheduling.once import MadeOnce
from scheduling.time_entries.repository.clauses import OURS, SCOPE, scope_values
from scheduling.time_entries.rules import TimeEntryNotFound
from scheduling.time_entries.tables import TimeEntry, time_entries

_C: Final = time_entries.c
_IDS: Final = any_(bindparam("ids", type_=ARRAY(Uuid)))
_INSTANT: Final = DateTime(timezone=True)
_AT: Final = {
    "version": _C.version + 1, "updated_at": bindparam("at", type_=_INSTANT),
}  # fmt: skip
_HOLD: Final = statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key", type_=Text), 0)))
)
# A clock that is ahead may have begun it.
_STOP: Final = statement(
    update(time_entries)
    .where(OURS, _C.user_id == bindparam("worker_id", type_=Uuid), _C.ended_at.is_(None))
    .values(ended_at=func.greatest(_C.started_at, bindparam("at", type_=_INSTANT)), **_AT)
    .returning(*written_columns(time_entries))
)
_LOCKED: Final = statement(
    select(*written_columns(time_entries)).where(OURS, SCOPE, _C.id == _IDS).order_by(_C.id)
    .with_for_update(of=time_entries)
)  # fmt: skip
_WHOSE: Final = statement(
    select(_C.id, survivor_of(client_refs, _C.client_id).label("client_id")).where(
        OURS, SCOPE, _C.id == _IDS
    )
)
_PUT_ON: Final = statement(
    update(time_entries)
    .where(OURS, _C.id == _IDS)
    .values(time_invoice_id=bindparam("invoice_id", type_=Uuid), **_AT)
)
_TAKE_OFF: Final = statement(
    update(time_entries)
    .where(OURS, _C.time_invoice_id == bindparam("invoice_id", type_=Uuid))
    .values(time_invoice_id=null(), **_AT)
)
_OF_CLIENT: Final = and_(OURS, _C.client_id == bindparam("client_id", type_=Uuid))
_FORGET: Final = statement(delete(time_entries).where(_OF_CLIENT, _C.time_invoice_id.is_(None)))
_BLANK: Final = statement(update(time_entries).where(_OF_CLIENT).values(note=null()))


class TimeEntryRepository(MadeOnce[TimeEntry]):
    """The work time that the caller sees."""

    table = time_entries
    row = TimeEntry
    scope = SCOPE
    missing = TimeEntryNotFound

    async def scope_values(self) -> dict[str, Any]:
        return await scope_values(self.work)

    async def stop_running(self, user_id: UUID) -> list[TimeEntry]:
        """Stop what runs of a user; until the work ends nobody else starts anything of theirs."""
        work = self.work
        await work.execute(_HOLD, key=f"timer:{work.tenant_id}:{user_id}")
        known: dict[str, Any] = {"tenant_id": work.tenant_id, "worker_id": user_id}
        return [TimeEntry(**row) for row in await work.fetch(_STOP, **known, at=work.now)]

    async def whose(self, ids: Collection[UUID]) -> dict[UUID, UUID | None]:
        """For whom each of those was worked that the caller sees."""
        rows = await self.work.fetch(_WHOSE, **await self._bound({"ids": list(ids)}))
        return {row["id"]: row["client_id"] for row in rows}

    async def locked(self, ids: Collection[UUID]) -> dict[UUID, TimeEntry]:
        """Those of some that the caller sees, locked in one order."""
        return {one.id: one for one in await self.all(_LOCKED, ids=list(ids))}


async def put_on(work: UnitOfWork, ids: Collection[UUID], invoice_id: UUID) -> None:
    """Some time is to stand on an invoice."""
    known: dict[str, Any] = {"tenant_id": work.tenant_id, "at": work.now}
    await work.execute(_PUT_ON, **known, ids=list(ids), invoice_id=invoice_id)


async def take_off(work: UnitOfWork, invoice_id: UUID) -> None:
    """It does not stand there any more, and may stand on another one."""
    known: dict[str, Any] = {"tenant_id": work.tenant_id, "at": work.now}
    await work.execute(_TAKE_OFF, **known, invoice_id=invoice_id)


async def forget(work: UnitOfWork, client_id: UUID) -> None:
    """Keep of what was worked for a client what stands on invoices, without a word about it."""
    known: dict[str, Any] = {"tenant_id": work.tenant_id, "client_id": client_id}
    await work.execute(_FORGET, **known)
    await work.execute(_BLANK, **known)
