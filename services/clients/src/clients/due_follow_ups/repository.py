"""All SQL of due follow-ups."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Text,
    Uuid,
    any_,
    bindparam,
    column,
    delete,
    func,
    null,
    select,
    table,
    update,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, insert

from chassis.statements import statement
from chassis.work import UnitOfWork
from clients.due_follow_ups.tables import due_follow_ups

_C: Final = due_follow_ups.c
_IDS: Final = any_(bindparam("client_ids", type_=ARRAY(Uuid)))
_BY: Final = bindparam("survivor_id", type_=Uuid)
# Named, not imported: clients build on this.
_clients: Final = table(
    "clients", column("tenant_id", Uuid), column("id", Uuid), column("merged_into", Uuid)
)
_put = insert(due_follow_ups).values(
    tenant_id=bindparam("tenant_id", type_=Uuid), client_id=bindparam("client_id", type_=Uuid),
    field=bindparam("field", type_=Text), due_at=bindparam("due_at", type_=DateTime(timezone=True)),
)  # fmt: skip
_PUT: Final = statement(
    _put.on_conflict_do_update(
        index_elements=["tenant_id", "client_id", "field"],
        set_={"due_at": _put.excluded.due_at, "answered_by": null()},
    )
)
_one = (
    (_C.tenant_id == bindparam("tenant_id"))
    & (_C.client_id == bindparam("client_id"))
    & (_C.field == bindparam("field"))
)
_DROP: Final = statement(delete(due_follow_ups).where(_one))
_TAKE: Final = statement(
    delete(due_follow_ups)
    .where(_one, _C.due_at == bindparam("due_at", type_=DateTime(timezone=True)))
    .returning(func.coalesce(_C.answered_by != _BY, _C.answered_by.is_(None)))
)
_ours = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_field = _C.field == bindparam("field", type_=Text)
_merged = select(_clients.c.id).where(
    _clients.c.tenant_id == bindparam("tenant_id", type_=Uuid), _clients.c.merged_into == _BY
)
_ANSWER: Final = statement(
    update(due_follow_ups).where(_ours, _field, _C.client_id == _IDS).values(answered_by=_BY)
)
_ANSWER_ALL: Final = statement(
    update(due_follow_ups).where(_ours, _field, _C.client_id.in_(_merged)).values(answered_by=_BY)
)
_REOPEN: Final = statement(
    update(due_follow_ups)
    .where(_ours, _C.client_id == _IDS, _C.answered_by == _BY)
    .values(answered_by=null())
)


async def put(work: UnitOfWork, client_id: UUID, field: str, due_at: datetime) -> None:
    """Remember when; the client's earlier one of this field is forgotten."""
    await work.execute(
        _PUT, tenant_id=work.tenant_id, client_id=client_id, field=field, due_at=due_at
    )


async def drop(work: UnitOfWork, client_id: UUID, field: str) -> None:
    """Forget it."""
    await work.execute(_DROP, tenant_id=work.tenant_id, client_id=client_id, field=field)


async def answer(
    work: UnitOfWork, survivor_id: UUID, field: str, client_ids: Sequence[UUID] | None = None
) -> None:
    """What these wait for, or all merged into the survivor, is done with while it answers."""
    values = {"tenant_id": work.tenant_id, "survivor_id": survivor_id, "field": field}
    if client_ids is None:
        await work.execute(_ANSWER_ALL, **values)
    else:
        await work.execute(_ANSWER, **values, client_ids=list(client_ids))


async def reopen(work: UnitOfWork, survivor_id: UUID, client_ids: Sequence[UUID]) -> None:
    """The survivor answers for these no more."""
    await work.execute(
        _REOPEN, tenant_id=work.tenant_id, survivor_id=survivor_id, client_ids=list(client_ids)
    )


async def take(
    work: UnitOfWork, client_id: UUID, field: str, due_at: datetime, survivor_id: UUID
) -> bool:
    """Whether it is still waited for; nobody is told so a second time."""
    is_open = await work.fetchval(
        _TAKE, tenant_id=work.tenant_id, client_id=client_id, field=field, due_at=due_at,
        survivor_id=survivor_id,
    )  # fmt: skip
    return bool(is_open)
