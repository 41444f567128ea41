"""The payer's bank takes a payment back, and gives up what it took."""

from typing import Any
from uuid import UUID

from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.rules import OWED
from billing.payment_providers.rules.port import Dispute
from billing.payments import events
from billing.payments.repository.parts import RefundRepository
from billing.payments.repository.payments import PaymentRepository
from billing.payments.tables import Payment, Refund
from billing.payments.use_cases.allocating import allocate
from billing.payments.use_cases.refunding import give_back, post_failed
from chassis.money import Money
from chassis.work import UnitOfWork


async def note_dispute(
    work: UnitOfWork, payment_id: UUID, invoice_id: UUID, dispute: Dispute
) -> None:
    """Post what a provider says of the money that is disputed, once: what was taken is owed again;
    what came again pays the invoice as far as that is owed still.
    """
    if dispute.funds == "kept":
        return
    payment, owner = await PaymentRepository(work).get_to_move(payment_id)
    known = await RefundRepository(work).of_provider(payment.id, dispute.id)
    if known is None:
        await _begin(work, payment, dispute)
    elif dispute.funds == "reinstated" and known.status == "succeeded":
        payment = await _reinstate(work, payment, known)
        found = await InvoiceRepository(work).lock([invoice_id], owner)
        if invoice_id in found:
            await _pay_again(work, payment, found[invoice_id], known.amount_minor)


async def _begin(work: UnitOfWork, payment: Payment, dispute: Dispute) -> None:
    """What came again before anybody looked is written down too: who is late with what was before
    that finds it, and posts nothing.
    """
    is_gone = dispute.funds == "withdrawn"
    free = payment.refundable_minor - payment.refunding_minor
    if not 0 < dispute.amount_minor <= (free if is_gone else payment.amount_minor):
        return
    made = await RefundRepository(work).add(
        payment_id=payment.id, client_id=payment.client_id, currency=payment.currency,
        amount_minor=dispute.amount_minor, reason=None, created_by=work.caller.principal,
        status="succeeded" if is_gone else "failed", provider_refund_id=dispute.id,
        dispute_reason=dispute.reason,
    )  # fmt: skip
    if is_gone:
        await give_back(work, payment, made, "dispute_withdrawn")


async def _reinstate(work: UnitOfWork, payment: Payment, taken: Refund) -> Payment:
    await post_failed(work, payment, taken)
    over = await RefundRepository(work).update(taken, status="failed")
    changed = await PaymentRepository(work).update(
        payment, refunded_minor=payment.refunded_minor - taken.amount_minor
    )
    work.publish(events.payment_changed("dispute_reinstated", changed, refund=over))
    return changed


async def _pay_again(work: UnitOfWork, payment: Payment, invoice: Any, amount_minor: int) -> None:
    # Something else of it may be on its way back.
    amount = min(invoice.balance_minor, amount_minor, payment.spare_minor)
    if invoice.status not in OWED or invoice.currency != payment.currency or amount <= 0:
        return
    written = Money(amount, payment.currency).format()
    asked = {"invoice_id": invoice.id, "amount": written, "payment_amount": None}
    await allocate(work, payment.id, [asked], is_automatic=False)
