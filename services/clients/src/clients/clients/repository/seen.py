"""Which of some clients a caller sees, for services that keep things about them."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.statements import statement
from chassis.work import UnitOfWork
from clients.clients.repository.rows import about_visible_client
from clients.clients.tables import clients
from refs.visibility import sight_of

_SEEN: Final = statement(
    select(clients.c.id).where(
        clients.c.tenant_id == bindparam("tenant_id"),
        clients.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))),
        about_visible_client(clients.c.id),
    )
)  # fmt: skip


async def visible_clients(work: UnitOfWork, client_ids: Sequence[UUID]) -> list[UUID]:
    """Those of the clients that the caller sees; a merged one is seen with its survivor."""
    values = (await sight_of(work)).values()
    rows = await work.fetch(_SEEN, tenant_id=work.tenant_id, ids=client_ids, **values)
    return [row["id"] for row in rows]
