"""What others hear of payments."""

from collections.abc import Iterable, Sequence
from typing import Literal

from diwan.billing.v1 import events_pb2

from billing.payments.rules import Told
from billing.payments.tables import Payment, Refund
from chassis.events import Event, event
from chassis.money import Money

Verb = Literal[
    "received", "allocated", "deallocated", "deposited", "cleared", "bounced", "refunded",
    "refund_requested", "refund_failed", "dispute_withdrawn", "dispute_reinstated",
]  # fmt: skip
Shares = Sequence[Told]


def payment_changed(
    verb: Verb, payment: Payment, shares: Shares = (), *, refund: Refund | None = None
) -> Event:
    """What became of a payment; `shares` are what it allocated just now, or took back."""
    payload = events_pb2.PaymentChanged(
        payment=message(payment), allocations=list(_shares(payment, shares))
    )
    if refund is not None:
        payload.refund.id = str(refund.id)
        payload.refund.amount = _amount(payment, refund.amount_minor)
        payload.refund.reason = refund.reason or ""
        payload.refund.status = refund.status
        payload.refund.failure_code = refund.failure_code or ""
        payload.refund.dispute_reason = refund.dispute_reason or ""
    kind = f"billing.payment.{verb}"
    return event(kind, payload, payment.id, payment.version, client_id=payment.client_id)


def message(payment: Payment) -> events_pb2.Payment:
    """A payment as others are told of it."""
    return events_pb2.Payment(
        id=str(payment.id), version=payment.version, client_id=str(payment.client_id or ""),
        receipt_number=payment.receipt_number or "", status=payment.status,
        method=payment.method, currency=payment.currency,
        amount=_amount(payment, payment.amount_minor),
        allocated=_amount(payment, payment.allocated_minor),
        refunded=_amount(payment, payment.refunded_minor),
        unallocated=_amount(payment, payment.left_minor),
        received_at=payment.received_at.isoformat(), reference=payment.reference or "",
        external_id=payment.external_id or "",
    )  # fmt: skip


def _shares(payment: Payment, shares: Shares) -> Iterable[events_pb2.PaymentAllocation]:
    return (
        events_pb2.PaymentAllocation(
            invoice_id=str(one.invoice_id), currency=one.currency,
            amount=Money(one.amount_minor, one.currency).format(),
            payment_amount=_amount(payment, one.payment_minor),
        )
        for one in shares
    )  # fmt: skip


def _amount(payment: Payment, minor: int) -> str:
    return Money(minor, payment.currency).format()
