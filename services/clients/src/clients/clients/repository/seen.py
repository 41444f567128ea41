"""Which of some clients a caller sees and may change, for services that keep things about them."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.statements import statement
from chassis.tables import written_columns
from chassis.work import Record, UnitOfWork
from clients.clients.repository.rows import ClientRepository, about_visible_client
from clients.clients.tables import Client, clients
from refs import merges
from refs.visibility import may_write, sight_of

_survivor: Final = clients.alias("survivor")
_SEEN: Final = statement(
    select(clients.c.id, _survivor.c.folder_id, _survivor.c.editor_ids)
    .join(_survivor, (_survivor.c.tenant_id == clients.c.tenant_id)
          & (_survivor.c.id == func.coalesce(clients.c.merged_into, clients.c.id)))
    .where(
        clients.c.tenant_id == bindparam("tenant_id"),
        clients.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))),
        about_visible_client(clients.c.id),
    )
)  # fmt: skip

_named: Final = clients.alias("asked_client")
_OF: Final = statement(
    select(_named.c.id.label("asked_id"), *written_columns(clients))
    .join_from(_named, clients, (clients.c.tenant_id == _named.c.tenant_id)
               & (clients.c.id == merges.stands_for(_named)))
    .where(_named.c.tenant_id == bindparam("tenant_id"), ClientRepository.scope,
           _named.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
)  # fmt: skip


async def clients_of(work: UnitOfWork, client_ids: Sequence[UUID]) -> dict[UUID, Client]:
    """Those of the clients that the caller sees, by the ids they were asked for; a merged one as
    its survivor.
    """
    values = (await sight_of(work)).values()
    rows = await work.fetch(_OF, tenant_id=work.tenant_id, ids=list(client_ids), **values)
    return dict(map(_asked, rows))


async def visible_clients(work: UnitOfWork, client_ids: Sequence[UUID]) -> dict[UUID, bool]:
    """Those of the clients that the caller sees, and whether they may change them.

    A merged one is seen, and changed, by who does so with its survivor.
    """
    sight = await sight_of(work)
    rows = await work.fetch(_SEEN, tenant_id=work.tenant_id, ids=client_ids, **sight.values())
    return {row["id"]: may_write(sight, row["folder_id"], row["editor_ids"]) for row in rows}


def _asked(row: Record) -> tuple[UUID, Client]:
    values = dict(row)
    return values.pop("asked_id"), Client(**values)
