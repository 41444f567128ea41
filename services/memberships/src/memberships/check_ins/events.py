"""What others hear of check-ins."""

from typing import Literal

from diwan.memberships.v1 import events_pb2

from chassis.events import Event, event
from memberships.check_ins.tables import CheckIn


def check_in_changed(verb: Literal["recorded", "refused", "undone"], check_in: CheckIn) -> Event:
    """What became of a check-in: memberships.check_in.recorded, say."""
    payload = events_pb2.CheckInChanged(check_in=events_pb2.CheckIn(
        id=str(check_in.id), version=check_in.version, client_id=str(check_in.client_id),
        membership_id=str(check_in.membership_id or ""),
        membership_status=check_in.membership_status or "",
        occurred_at=check_in.occurred_at.isoformat(), day=check_in.day.isoformat(),
        result=check_in.result, reason=check_in.reason or "",
        credit_usage_id=str(check_in.credit_usage_id or ""),
    ))  # fmt: skip
    kind = f"memberships.check_in.{verb}"
    return event(kind, payload, check_in.id, check_in.version, client_id=check_in.client_id)
