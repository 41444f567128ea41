"""What others hear of points that invoices are discounted by."""

from typing import Literal

from diwan.memberships.v1 import events_pb2

from chassis.events import Event, event
from chassis.money import Money
from memberships.loyalty.tables import Redemption

Verb = Literal["requested", "applied", "refused", "cancelled", "returned"]


def redemption_changed(verb: Verb, redemption: Redemption, points: str) -> Event:
    """What became of a redemption, of so many points as they are written."""
    problem = redemption.problem or {}
    payload = events_pb2.RedemptionChanged(redemption=events_pb2.Redemption(
        id=str(redemption.id), version=redemption.version, client_id=str(redemption.client_id),
        invoice_id=str(redemption.invoice_id), credit_type_id=str(redemption.credit_type_id),
        points=points, currency=redemption.currency, status=redemption.status,
        amount=Money(redemption.amount_minor, redemption.currency).format(),
        failure=str(problem.get("code", "")),
    ))  # fmt: skip
    return event(
        f"memberships.redemption.{verb}", payload, redemption.id, redemption.version,
        client_id=redemption.client_id,
    )  # fmt: skip
