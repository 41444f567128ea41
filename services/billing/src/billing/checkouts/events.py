"""What others hear of checkouts."""

from typing import Literal

from diwan.billing.v1 import events_pb2

from billing.checkouts.tables import Checkout
from chassis.events import Event, event
from chassis.money import Money

Verb = Literal["started", "processing", "succeeded", "failed", "cancelled", "disputed"]


def checkout_changed(verb: Verb, checkout: Checkout) -> Event:
    """billing.checkout.started and whatever becomes of it then."""
    payload = events_pb2.CheckoutChanged(checkout=events_pb2.Checkout(
        id=str(checkout.id), version=checkout.version, client_id=str(checkout.client_id or ""),
        invoice_id=str(checkout.invoice_id), status=checkout.status, currency=checkout.currency,
        amount=Money(checkout.amount_minor, checkout.currency).format(),
        failure_code=checkout.failure_code or "", payment_id=str(checkout.payment_id or ""),
        dispute_status=checkout.dispute_status or "", dispute_reason=checkout.dispute_reason or "",
    ))  # fmt: skip
    kind = f"billing.checkout.{verb}"
    return event(kind, payload, checkout.id, checkout.version, client_id=checkout.client_id)
