"""Clients for whom others pay."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, not_, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.statements import statement
from chassis.tables import written_columns
from chassis.work import UnitOfWork
from clients.clients.tables import Client, clients

_PAYERS: Final = any_(bindparam("payers", type_=ARRAY(Uuid)))
_PIECE: Final = 500
_BILLED: Final = statement(
    select(*written_columns(clients))
    .where(clients.c.tenant_id == bindparam("tenant_id"), clients.c.bill_to_id == _PAYERS,
           not_(clients.c.id == _PAYERS))
    .order_by(clients.c.id).limit(_PIECE).with_for_update()
)  # fmt: skip


async def billed_to(work: UnitOfWork, payers: Sequence[UUID]) -> list[Client]:
    """Some of the other clients for whom these pay, locked, seen by the caller or not."""
    rows = await work.fetch(_BILLED, tenant_id=work.tenant_id, payers=list(payers))
    return [Client(**row) for row in rows]
