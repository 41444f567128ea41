"""What tasks ask of checklists, which are built on them: named here, not imported."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    DateTime,
    Integer,
    Text,
    Uuid,
    and_,
    bindparam,
    column,
    null,
    or_,
    select,
    table,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.statements import statement
from chassis.work import UnitOfWork
from refs.merges import about_clients
from refs.tables import client_refs
from scheduling.tasks.tables import tasks

_checklists: Final = table(
    "checklists", column("tenant_id", Uuid), column("id", Uuid), column("client_id", Uuid),
    column("created_by", Text), column("required_left", Integer),
)  # fmt: skip
_C: Final = _checklists.c
_NAMED: Final = and_(
    _C.tenant_id == bindparam("tenant_id", type_=Uuid), _C.id == bindparam("id", type_=Uuid)
)
_IS_OWN: Final = or_(
    bindparam("manages", type_=Boolean), _C.created_by == bindparam("principal", type_=Text)
)
_ABOUT: Final = statement(
    select(_C.id).where(_NAMED, or_(
        about_clients(client_refs, _C.client_id, bindparam("client_ids", type_=ARRAY(Uuid))),
        and_(bindparam("is_of_none", type_=Boolean), _C.client_id.is_(None), _IS_OWN),
    ))
)  # fmt: skip
_LEFT: Final = statement(select(_C.required_left).where(_NAMED))
_UNLINK: Final = statement(
    update(tasks)
    .where(tasks.c.tenant_id == bindparam("tenant_id", type_=Uuid),
           tasks.c.checklist_id == bindparam("named_id", type_=Uuid))
    .values(checklist_id=null(), version=tasks.c.version + 1,
            updated_at=bindparam("now", type_=DateTime(timezone=True)))
)  # fmt: skip


async def is_about(work: UnitOfWork, checklist_id: UUID, client_id: UUID | None) -> bool:
    """Whether a checklist is about a client, or about none and the caller's."""
    known: dict[str, Any] = {"tenant_id": work.tenant_id, "id": checklist_id}
    found = await work.fetchval(
        _ABOUT, **known, client_ids=[] if client_id is None else [client_id],
        is_of_none=client_id is None, manages=work.caller.may("scheduling:manage"),
        principal=work.caller.principal,
    )  # fmt: skip
    return found is not None


async def left(work: UnitOfWork, checklist_id: UUID) -> int:
    """How many of its items that are required are not done."""
    found = await work.fetchval(_LEFT, tenant_id=work.tenant_id, id=checklist_id)
    return found or 0


async def unlink(work: UnitOfWork, checklist_id: UUID) -> None:
    """No task is done by a checklist any more."""
    known: dict[str, Any] = {"tenant_id": work.tenant_id, "now": work.now}
    await work.execute(_UNLINK, **known, named_id=checklist_id)
