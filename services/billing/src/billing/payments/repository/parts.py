"""The SQL of what payments are made of: allocations, draws of credit, refunds."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import DateTime, Text, Uuid, bindparam, cast, literal_column, null, select, update

from billing.payments.rules import AllocationNotFound, RefundNotFound
from billing.payments.tables import (
    Allocation,
    Draw,
    Refund,
    credit_draws,
    payment_allocations,
    refunds,
)
from chassis.amounts import amount
from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns
from refs.merges import survivor_of
from refs.tables import client_refs

_A: Final = payment_allocations.c
_OF_PAYMENT: Final = statement(
    select(*written_columns(payment_allocations))
    .where(_A.tenant_id == bindparam("tenant_id", type_=Uuid),
           _A.payment_id == bindparam("payment_id", type_=Uuid))
    .order_by(_A.created_at.desc(), _A.id.desc())
)  # fmt: skip
_OF_INVOICE: Final = statement(
    select(*written_columns(payment_allocations))
    .where(_A.tenant_id == bindparam("tenant_id", type_=Uuid),
           _A.invoice_id == bindparam("invoice_id", type_=Uuid))
    .order_by(_A.created_at.desc(), _A.id.desc())
)  # fmt: skip

_R: Final = refunds.c
_SURVIVOR: Final = survivor_of(client_refs, _R.client_id)
_SHOWN: Final[dict[str, Any]] = {
    **{name: _R[name] for name in (
        "id", "version", "created_at", "updated_at", "payment_id", "currency", "reason",
        "status", "provider_refund_id", "failure_code", "dispute_reason", "created_by",
    )},
    "client_id": _SURVIVOR, "url": literal_column("'/v1/clients/'", Text) + cast(_SURVIVOR, Text),
    "amount": amount(_R.amount_minor, _R.currency),
}  # fmt: skip
# Seen with its payment, which is looked for first.
_WHERE: Final = (
    _R.tenant_id == bindparam("tenant_id", type_=Uuid),
    _R.payment_id == bindparam("payment_id", type_=Uuid),
)
_READ: Final = document(refunds, _SHOWN, *_WHERE, _R.id == bindparam("id"))
REFUNDS: Final = ListQuery(
    source=refunds, columns=_SHOWN, where=_WHERE, filters={},
    sorts={"created_at": _R.created_at}, default_sort="created_at", key=_R.id,
)  # fmt: skip
_FORGET: Final = statement(
    update(refunds)
    .where(_R.tenant_id == bindparam("tenant_id", type_=Uuid),
           _R.client_id == bindparam("of_client", type_=Uuid))
    .values(reason=null())
)  # fmt: skip


_BY_PROVIDER: Final = statement(
    select(*written_columns(refunds))
    .where(*_WHERE, _R.provider_refund_id == bindparam("provider_refund_id", type_=Text))
)  # fmt: skip
_PENDING: Final = statement(
    select(*written_columns(refunds))
    .where(_WHERE[0], _R.status == literal_column("'pending'", Text),
           _R.updated_at < bindparam("before", type_=DateTime(timezone=True)))
    .order_by(_R.id).limit(200)
)  # fmt: skip


class AllocationRepository(Repository[Allocation]):
    """What a payment, which is locked, pays."""

    table = payment_allocations
    row = Allocation
    missing = AllocationNotFound

    async def of_payment(self, payment_id: UUID) -> list[Allocation]:
        """All of them, newest first."""
        return await self.all(_OF_PAYMENT, payment_id=payment_id)

    async def of_invoice(self, invoice_id: UUID) -> list[Allocation]:
        """All that pay an invoice, newest first."""
        return await self.all(_OF_INVOICE, invoice_id=invoice_id)


class DrawRepository(Repository[Draw]):
    """Where payments by credit come from."""

    table = credit_draws
    row = Draw


class RefundRepository(Repository[Refund]):
    """What went back of payments."""

    table = refunds
    row = Refund
    missing = RefundNotFound

    async def shown(self, payment_id: UUID, refund_id: UUID) -> Document:
        """A refund of a payment that the caller sees; raises RefundNotFound."""
        named = await self._bound({"id": refund_id, "payment_id": payment_id})
        found = await read_document(self.work, _READ, **named)
        if found is None:
            raise self.missing()
        return found

    async def of_provider(self, payment_id: UUID, provider_refund_id: str) -> Refund | None:
        """The one that a provider calls so."""
        named = {"payment_id": payment_id, "provider_refund_id": provider_refund_id}
        return await self.one(_BY_PROVIDER, **named)

    async def pending(self, before: datetime) -> list[Refund]:
        """Some of which the provider has not said for a while that they went back."""
        return await self.all(_PENDING, before=before)

    async def forget(self, client_id: UUID) -> None:
        """Why money went back to a client who is erased; that it did the law has kept."""
        await self.work.execute(_FORGET, tenant_id=self.work.tenant_id, of_client=client_id)
