"""What others hear of orders."""

from collections.abc import Sequence
from typing import Literal

from diwan.billing.v1 import events_pb2

from billing.documents.events import told
from billing.orders.tables import Order
from chassis.events import Event, event

Verb = Literal["created", "updated", "deleted", "confirmed", "fulfilled", "cancelled", "invoiced"]


def order_changed(verb: Verb, order: Order, *, changed: Sequence[str] = ()) -> Event:
    """billing.order.created and whatever becomes of it then."""
    payload = events_pb2.OrderChanged(
        order=events_pb2.Order(
            **told(order),
            supply_date=order.supply_date.isoformat() if order.supply_date else "",
            invoice_id=str(order.invoice_id or ""), cancel_reason=order.cancel_reason or "",
        ),
        changed=sorted(changed),
    )  # fmt: skip
    kind = f"billing.order.{verb}"
    return event(kind, payload, order.id, order.version, client_id=order.client_id)
