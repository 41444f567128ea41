"""What others hear of estimates."""

from collections.abc import Sequence
from typing import Literal

from diwan.billing.v1 import events_pb2

from billing.documents.events import told
from billing.estimates.tables import Estimate
from chassis.events import Event, event

Verb = Literal[
    "created", "updated", "deleted", "sent", "viewed", "accepted", "declined", "reopened",
    "converted", "expired",
]  # fmt: skip


def estimate_changed(verb: Verb, estimate: Estimate, *, changed: Sequence[str] = ()) -> Event:
    """billing.estimate.created and whatever becomes of it then."""
    status = estimate.status
    if estimate.invoice_id is not None or verb == "expired":
        status = "expired" if verb == "expired" else "converted"
    payload = events_pb2.EstimateChanged(
        estimate=message(estimate, status), changed=sorted(changed)
    )
    kind = f"billing.estimate.{verb}"
    return event(kind, payload, estimate.id, estimate.version, client_id=estimate.client_id)


def message(estimate: Estimate, status: str) -> events_pb2.Estimate:
    """An estimate as others are told of it, shown as this."""
    return events_pb2.Estimate(
        **told(estimate) | {"status": status},
        expires_on=estimate.expires_on.isoformat() if estimate.expires_on else "",
        estimate_status_id=str(estimate.estimate_status_id or ""),
        invoice_id=str(estimate.invoice_id or ""),
        decline_reason=estimate.decline_reason or "",
    )
