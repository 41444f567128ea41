"""What others hear of subscriptions."""

from collections.abc import Sequence
from typing import Literal

from diwan.billing.v1 import events_pb2

from billing.subscriptions.tables import Subscription
from chassis.events import Event, event
from chassis.money import Money

Verb = Literal[
    "created", "updated", "deleted", "paused", "resumed", "cancelled", "ended", "failed"
]  # fmt: skip


def subscription_changed(
    verb: Verb, subscription: Subscription, *, changed: Sequence[str] = ()
) -> Event:
    """billing.subscription.created, updated, deleted, paused, resumed, cancelled, ended, failed."""
    told = subscription
    payload = events_pb2.SubscriptionChanged(
        subscription=events_pb2.Subscription(
            id=str(told.id), version=told.version, client_id=str(told.client_id),
            name=told.name or "", unit=told.unit, interval_count=told.interval_count,
            starts_on=told.starts_on.isoformat(),
            next_on=told.next_on.isoformat() if told.next_on else "",
            cancelled_on=told.cancelled_on.isoformat() if told.cancelled_on else "",
            billed=told.billed, currency=told.currency,
            total=Money(told.total_minor, told.currency).format(),
            salesperson_id=str(told.salesperson_id or ""), branch_id=str(told.branch_id or ""),
            work_cycle_id=str(told.work_cycle_id or ""), external_id=told.external_id or "",
            problem=(told.problem or {}).get("code", ""),
            for_client_id=str(told.for_client_id or ""),
        ),
        changed=sorted(changed),
    )  # fmt: skip
    kind = f"billing.subscription.{verb}"
    return event(kind, payload, told.id, told.version, client_id=told.client_id)
