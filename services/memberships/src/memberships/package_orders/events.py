"""What others hear of package orders."""

from diwan.memberships.v1 import events_pb2

from chassis.events import Event, event
from memberships.package_orders.rules import Verb
from memberships.package_orders.tables import PackageOrder


def package_order_changed(verb: Verb, order: PackageOrder) -> Event:
    """memberships.package_order.created, invoiced, paid, cancelled, failed, reversed."""
    payload = events_pb2.PackageOrderChanged(package_order=events_pb2.PackageOrder(
        id=str(order.id), version=order.version, client_id=str(order.client_id),
        package_id=str(order.package_id), status=order.status, price=order.terms["price"],
        currency=order.terms["currency"], invoice_id=str(order.invoice_id or ""),
        problem=(order.problem or {}).get("code", ""), external_id=order.external_id or "",
    ))  # fmt: skip
    kind = f"memberships.package_order.{verb}"
    return event(kind, payload, order.id, order.version, client_id=order.client_id)
