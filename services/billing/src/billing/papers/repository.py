"""What papers tell besides their own record: read once that proved visible."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, cast, select

from billing.credit_notes.tables import credit_notes
from billing.documents.repository.clauses import called_whom
from billing.invoices.repository.shown import BALANCE
from billing.invoices.tables import invoices
from billing.payments.tables import payment_allocations
from chassis.amounts import amount
from chassis.statements import statement
from chassis.work import UnitOfWork
from refs.visibility import sight_of

Json = dict[str, Any]
_I: Final = invoices.c
_A: Final = payment_allocations.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_ID: Final = bindparam("id", type_=Uuid)
_PARTIES: Final = statement(
    select(_I.seller, _I.buyer, called_whom(invoices).label("for_client"))
    .join_from(credit_notes, invoices, (credit_notes.c.tenant_id == _I.tenant_id)
               & (credit_notes.c.invoice_id == _I.id))
    .where(credit_notes.c.tenant_id == _TENANT, credit_notes.c.id == _ID)
)  # fmt: skip
# Of one payment there are so many at most: payments.rules.MOST_ALLOCATIONS.
_PAID: Final = statement(
    select(
        cast(_A.invoice_id, Text).label("id"), _I.number,
        amount(_I.total_minor, _I.currency).label("total"),
        amount(_A.amount_minor, _I.currency).label("amount"),
        amount(BALANCE, _I.currency).label("balance"),
    )
    .join_from(payment_allocations, invoices, (_A.tenant_id == _I.tenant_id)
               & (_A.invoice_id == _I.id))
    .where(_A.tenant_id == _TENANT, _A.payment_id == _ID)
    .order_by(_A.created_at, _A.id)
)  # fmt: skip


async def parties_of_credit_note(work: UnitOfWork, credit_note_id: UUID) -> Json:
    """Who sold and who bought what it credits, as its invoice keeps them."""
    named = {"tenant_id": work.tenant_id, "id": credit_note_id}
    row = await work.fetchrow(_PARTIES, **named, **(await sight_of(work)).values())
    return dict(row or {})


async def paid_by(work: UnitOfWork, payment_id: UUID) -> list[Json]:
    """The invoices that a payment paid, how much of each, and what is left of it now."""
    rows = await work.fetch(_PAID, tenant_id=work.tenant_id, id=payment_id)
    return [dict(row) for row in rows]
