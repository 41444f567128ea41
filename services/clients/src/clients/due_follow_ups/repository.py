"""All SQL of due follow-ups."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, delete
from sqlalchemy.dialects.postgresql import insert

from chassis.statements import statement
from chassis.work import UnitOfWork
from clients.due_follow_ups.tables import due_follow_ups

_C: Final = due_follow_ups.c
_put = insert(due_follow_ups).values(
    tenant_id=bindparam("tenant_id", type_=Uuid), client_id=bindparam("client_id", type_=Uuid),
    field=bindparam("field", type_=Text), due_at=bindparam("due_at", type_=DateTime(timezone=True)),
)  # fmt: skip
_PUT: Final = statement(
    _put.on_conflict_do_update(
        index_elements=["tenant_id", "client_id", "field"], set_={"due_at": _put.excluded.due_at}
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
    .returning(_C.client_id)
)


async def put(work: UnitOfWork, client_id: UUID, field: str, due_at: datetime) -> None:
    """Remember when; the client's earlier one of this field is forgotten."""
    await work.execute(
        _PUT, tenant_id=work.tenant_id, client_id=client_id, field=field, due_at=due_at
    )


async def drop(work: UnitOfWork, client_id: UUID, field: str) -> None:
    """Forget it."""
    await work.execute(_DROP, tenant_id=work.tenant_id, client_id=client_id, field=field)


async def take(work: UnitOfWork, client_id: UUID, field: str, due_at: datetime) -> bool:
    """Whether it is still waited for; nobody is told so a second time."""
    taken = await work.fetchval(
        _TAKE, tenant_id=work.tenant_id, client_id=client_id, field=field, due_at=due_at
    )
    return taken is not None
