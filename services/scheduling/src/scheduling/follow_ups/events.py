"""What others hear of follow-ups."""

from datetime import datetime

from diwan.scheduling.v1 import events_pb2

from chassis.events import Event, event
from scheduling.follow_ups.tables import FollowUp


def follow_up_changed(verb: str, found: FollowUp, reason: str | None = None) -> Event:
    """What became of a follow-up: scheduling.follow_up.applied, say."""
    payload = events_pb2.FollowUpChanged(
        follow_up=events_pb2.FollowUp(
            id=str(found.id), version=found.version, client_id=str(found.client_id),
            state=found.state, status_id=_text(found.status_id),
            # The other two statuses are fields that a folder may hide from who hears this.
            action_id=_text(found.action_id),
            at=_written(found.at), ends_at=_written(found.ends_at),
            staff_ids=[str(one) for one in found.staff_ids],
            appointment_id=_text(found.appointment_id),
            problem=(found.problem or {}).get("code", ""), created_by=found.created_by,
        ),
        reason=reason or "",
    )  # fmt: skip
    kind = f"scheduling.follow_up.{verb}"
    return event(kind, payload, found.id, found.version, client_id=found.client_id)


def _text(one: object) -> str:
    return str(one or "")


def _written(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
