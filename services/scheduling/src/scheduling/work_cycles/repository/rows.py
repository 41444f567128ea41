"""How work cycles are written, and found by their ids."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    TableClause,
    Text,
    Uuid,
    bindparam,
    column,
    delete,
    exists,
    literal_column,
    null,
    or_,
    select,
    table,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.statements import statement
from chassis.work import UnitOfWork
from refs.merges import about_clients
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of
from scheduling.once import MadeOnce
from scheduling.work_cycles.repository.documents import COUNTS
from scheduling.work_cycles.rules import WorkCycleNotFound
from scheduling.work_cycles.tables import WorkCycle, work_cycle_documents, work_cycles

_C: Final = work_cycles.c
OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
SCOPE: Final = about_visible_client(_C.client_id)


def named(name: str) -> TableClause:
    """What is built on work cycles: named, not imported."""
    return table(name, column("tenant_id", Uuid), column("work_cycle_id", Uuid))


def _belongs(found: Any) -> Any:
    return exists(select(literal_column("1")).select_from(found).where(
        found.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        found.c.work_cycle_id == bindparam("id", type_=Uuid),
    ))  # fmt: skip


_appointments: Final = table(
    "appointments", column("tenant_id", Uuid), column("linked_id", Uuid),
    column("linked_type", Text),
)  # fmt: skip
_IS_MET_FOR: Final = exists(select(literal_column("1")).select_from(_appointments).where(
    _appointments.c.tenant_id == bindparam("tenant_id", type_=Uuid),
    _appointments.c.linked_id == bindparam("id", type_=Uuid),
    _appointments.c.linked_type == literal_column("'work_cycle'", Text),
))  # fmt: skip
_IS_COUNTED: Final = exists(
    select(literal_column("1"))
    .select_from(work_cycle_documents.join(work_cycles, COUNTS))
    .where(OURS, _C.id == bindparam("id", type_=Uuid))
)  # fmt: skip
_IN_USE: Final = statement(select(or_(
    _IS_COUNTED, _belongs(named("tasks")), _belongs(named("time_entries")),
    _IS_MET_FOR,
)))  # fmt: skip
_IS_OF: Final = statement(
    select(_C.id).where(
        OURS, _C.id == bindparam("id", type_=Uuid),
        about_clients(client_refs, _C.client_id, bindparam("client_ids", type_=ARRAY(Uuid))),
    )
)  # fmt: skip
_OF_CLIENT: Final = (OURS, _C.client_id == bindparam("client_id", type_=Uuid))
_KEPT: Final = exists(
    select(literal_column("1"))
    .select_from(work_cycle_documents)
    .where(work_cycle_documents.c.tenant_id == _C.tenant_id,
           work_cycle_documents.c.work_cycle_id == _C.id)
    .correlate(work_cycles)
)  # fmt: skip
_FORGET: Final = statement(delete(work_cycles).where(*_OF_CLIENT, ~_KEPT))
_BLANK: Final = statement(
    update(work_cycles)
    .where(*_OF_CLIENT)
    .values(title=literal_column("'•••'", Text), description=null(), notes=null(),
            tags=literal_column("'{}'", ARRAY(Text)),
            attachments=literal_column("'{}'", ARRAY(Uuid)),
            custom_fields=literal_column("'{}'::jsonb", JSONB))
)  # fmt: skip


class WorkCycleRepository(MadeOnce[WorkCycle]):
    """The work cycles of the clients that the caller sees."""

    table = work_cycles
    row = WorkCycle
    scope = SCOPE
    missing = WorkCycleNotFound

    async def scope_values(self) -> dict[str, Any]:
        return (await sight_of(self.work)).values()

    async def is_in_use(self, cycle_id: UUID) -> bool:
        """Whether anything belongs to it."""
        known: dict[str, Any] = {"tenant_id": self.work.tenant_id, "id": cycle_id}
        return bool(await self.work.fetchval(_IN_USE, **known))

    async def is_of(self, cycle_id: UUID, client_id: UUID) -> bool:
        """Whether it is a client's, or of one that was merged with them."""
        known: dict[str, Any] = {"tenant_id": self.work.tenant_id, "id": cycle_id}
        return await self.work.fetchval(_IS_OF, **known, client_ids=[client_id]) is not None


async def forget(work: UnitOfWork, client_id: UUID) -> None:
    """Keep of a client's work cycles those that documents name, without a word about them."""
    known: dict[str, Any] = {"tenant_id": work.tenant_id, "client_id": client_id}
    await work.execute(_FORGET, **known)
    await work.execute(_BLANK, **known)
