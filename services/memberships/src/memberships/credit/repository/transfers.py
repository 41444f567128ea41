"""The SQL of transfers and adjustments."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, bindparam, literal_column, or_, update

from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.statements import statement
from memberships.credit.repository.clauses import (
    amount,
    any_of,
    between,
    no_text,
    of_clients,
    whose,
    with_type,
)
from memberships.credit.repository.two import AboutTwoClients
from memberships.credit.repository.usages import parts_of
from memberships.credit.rules.failures import AdjustmentNotFound, TransferNotFound
from memberships.credit.tables.moves import (
    Adjustment,
    Transfer,
    credit_adjustments,
    credit_transfers,
)
from refs.lag import AboutClients
from refs.merges import survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of

_T: Final = credit_transfers.c
_A: Final = credit_adjustments.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_PLAIN: Final = ("id", "version", "created_at", "updated_at", "credit_type_id", "created_by")

# Who sees one of the two, and not the other, sees it in the entries of that one.
_SEEN: Final = about_visible_client(_T.client_id) & about_visible_client(_T.to_client_id)
_TRANSFERRED: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _T[name] for name in (*_PLAIN, "note")}, "amount": amount(_T.amount),
    **whose(credit_transfers), "from_client_id": whose(credit_transfers)["client_id"],
    "to_client_id": survivor_of(client_refs, _T.to_client_id),
}  # fmt: skip
_OF_TRANSFERS: Final = (_T.tenant_id == _TENANT, _SEEN)
_READ_TRANSFER: Final = document(
    with_type(credit_transfers), _TRANSFERRED, *_OF_TRANSFERS, _T.id == bindparam("id", type_=Uuid)
)
TRANSFERS: Final = ListQuery(
    source=with_type(credit_transfers), columns=_TRANSFERRED, where=_OF_TRANSFERS,
    filters={
        "client_id": or_(
            of_clients(credit_transfers),
            of_clients(credit_transfers, "to_client_id", asked="client_id"),
        ),
        "credit_type_id": any_of(_T.credit_type_id, "credit_type_id"),
        **between("created", _T.created_at),
    },
    sorts={name: _T[name] for name in ("created_at", "updated_at")},
    default_sort="-created_at", key=_T.id,
)  # fmt: skip
_FORGET_TRANSFERS: Final = statement(
    update(credit_transfers)
    .where(_T.tenant_id == _TENANT,
           or_(_T.client_id == bindparam("of_client", type_=Uuid),
               _T.to_client_id == bindparam("of_client", type_=Uuid)))
    .values(note=no_text())
)  # fmt: skip

_ADJUSTED: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _A[name] for name in (*_PLAIN, "reason")}, **whose(credit_adjustments),
    "amount": amount(_A.amount), "lots": parts_of(credit_adjustments),
}  # fmt: skip
_OF_ADJUSTMENTS: Final = (
    _A.tenant_id == _TENANT, about_visible_client(_A.client_id)
)  # fmt: skip
_READ_ADJUSTMENT: Final = document(
    with_type(credit_adjustments), _ADJUSTED, *_OF_ADJUSTMENTS,
    _A.id == bindparam("id", type_=Uuid),
)  # fmt: skip
ADJUSTMENTS: Final = ListQuery(
    source=with_type(credit_adjustments), columns=_ADJUSTED, where=_OF_ADJUSTMENTS,
    filters={
        "client_id": of_clients(credit_adjustments),
        "credit_type_id": any_of(_A.credit_type_id, "credit_type_id"),
        **between("created", _A.created_at),
    },
    sorts={name: _A[name] for name in ("created_at", "updated_at")},
    default_sort="-created_at", key=_A.id,
)  # fmt: skip
# A reason is never missing: of who is erased nothing of it is left.
_FORGET_ADJUSTMENTS: Final = statement(
    update(credit_adjustments)
    .where(_A.tenant_id == _TENANT, _A.client_id == bindparam("of_client", type_=Uuid))
    .values(reason=literal_column("'-'", Text))
)  # fmt: skip


class TransferRepository(AboutTwoClients[Transfer]):
    """Transfers between two clients who are both seen by the caller."""

    table = credit_transfers
    row = Transfer
    scope = _SEEN
    missing = TransferNotFound
    other = _T.to_client_id

    async def scope_values(self) -> dict[str, Any]:
        return (await sight_of(self.work)).values()

    async def read(self, transfer_id: UUID) -> Document:
        """The transfer as JSON; raises what is missing."""
        await self.check(transfer_id)
        return await self.shown(transfer_id)

    async def shown(self, transfer_id: UUID) -> Document:
        """The same of one that was just written."""
        values = await self._bound({"id": transfer_id})
        found = await read_document(self.work, _READ_TRANSFER, **values)
        if found is None:
            raise self.missing()
        return found

    async def forget(self, client_id: UUID) -> None:
        """What was written about transfers of a client who is erased."""
        await self.work.execute(
            _FORGET_TRANSFERS, tenant_id=self.work.tenant_id, of_client=client_id
        )


class AdjustmentRepository(AboutClients[Adjustment]):
    """Adjustments of clients that the caller sees."""

    table = credit_adjustments
    row = Adjustment
    scope = about_visible_client(_A.client_id)
    missing = AdjustmentNotFound

    async def scope_values(self) -> dict[str, Any]:
        return (await sight_of(self.work)).values()

    async def read(self, adjustment_id: UUID) -> Document:
        """The adjustment as JSON; raises what is missing."""
        await self.check(adjustment_id)
        return await self.shown(adjustment_id)

    async def shown(self, adjustment_id: UUID) -> Document:
        """The same of one that was just written."""
        values = await self._bound({"id": adjustment_id})
        found = await read_document(self.work, _READ_ADJUSTMENT, **values)
        if found is None:
            raise self.missing()
        return found

    async def forget(self, client_id: UUID) -> None:
        """Why credit of a client who is erased was put right."""
        await self.work.execute(
            _FORGET_ADJUSTMENTS, tenant_id=self.work.tenant_id, of_client=client_id
        )
