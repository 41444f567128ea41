"""The SQL of balances: what clients have now, by credit type."""

from typing import Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Uuid,
    bindparam,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.statements import statement
from chassis.tables import written_columns
from chassis.work import Record, UnitOfWork
from memberships.credit.repository.clauses import any_of
from memberships.credit.tables.ledger import Lot, credit_accounts, credit_lots
from memberships.credit.tables.moves import credit_shares
from refs.merges import about_clients, stands_for
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of

_A: Final = credit_accounts.c
_L: Final = credit_lots.c
_S: Final = credit_shares.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_CLIENTS: Final = bindparam("client_ids", type_=ARRAY(Uuid))
_IDS: Final = "ids"
_ZERO: Final[ColumnElement[int]] = literal_column("0")

_own = about_clients(client_refs, _A.client_id, _CLIENTS)
_ACCOUNTS: Final = statement(
    select(_A.id, _A.client_id, _A.credit_type_id, _A.overdrawn, _A.held)
    .where(_A.tenant_id == _TENANT, _own, about_visible_client(_A.client_id),
           or_(bindparam("is_any", type_=Boolean), any_of(_A.credit_type_id, "credit_type_ids")))
    .order_by(_A.credit_type_id, _A.id)
)  # fmt: skip
_sharer = client_refs.alias("sharer")
# Whether the caller sees who shares or not: how much may be used, and nothing else of them. Clients
# that were merged since share as one.
_SHARED: Final = statement(
    select(_A.id, _A.credit_type_id)
    .join_from(credit_accounts, credit_shares,
               (_S.tenant_id == _A.tenant_id) & _S.ended_at.is_(None)
               & or_(_S.credit_type_id.is_(None), _S.credit_type_id == _A.credit_type_id))
    .join(client_refs, (client_refs.c.tenant_id == _A.tenant_id)
          & (client_refs.c.id == _A.client_id))
    .join(_sharer, (_sharer.c.tenant_id == _A.tenant_id) & (_sharer.c.id == _S.client_id))
    .where(_A.tenant_id == _TENANT, about_clients(client_refs, _S.with_client_id, _CLIENTS),
           or_(client_refs.c.id == stands_for(_sharer),
               client_refs.c.merged_into == stands_for(_sharer)))
)  # fmt: skip
_LOTS: Final = statement(
    select(*written_columns(credit_lots))
    .where(_L.tenant_id == _TENANT, any_of(_L.account_id, _IDS),
           or_(_L.remaining > _ZERO, _L.held > _ZERO))
    .order_by(_L.created_at, _L.id)
)  # fmt: skip


async def accounts(
    work: UnitOfWork, client_ids: list[UUID], credit_type_ids: list[UUID] | None
) -> list[Record]:
    """The accounts of clients that the caller sees, with those merged into them."""
    return await work.fetch(
        _ACCOUNTS, tenant_id=work.tenant_id, client_ids=client_ids,
        is_any=credit_type_ids is None, credit_type_ids=credit_type_ids or [],
        **(await sight_of(work)).values(),
    )  # fmt: skip


async def shared(work: UnitOfWork, client_id: UUID) -> dict[UUID, UUID]:
    """The accounts that others share with a client, and their types."""
    rows = await work.fetch(_SHARED, tenant_id=work.tenant_id, client_ids=[client_id])
    return {row["id"]: row["credit_type_id"] for row in rows}


async def lots(work: UnitOfWork, account_ids: list[UUID]) -> list[Lot]:
    """What is left, or held, of accounts; oldest first."""
    rows = await work.fetch(_LOTS, tenant_id=work.tenant_id, ids=account_ids)
    return [Lot(**row) for row in rows]
