"""What others hear of work time."""

from collections.abc import Sequence
from typing import Literal

from diwan.scheduling.v1 import events_pb2

from chassis.events import Event, event
from scheduling.time_entries.tables import TimeEntry

Verb = Literal["started", "stopped", "recorded", "updated", "deleted"]


def entry_changed(verb: Verb, entry: TimeEntry, *, changed: Sequence[str] = ()) -> Event:
    """What became of some work time: scheduling.time_entry.stopped, say; without its note, and
    without what it costs.
    """
    payload = events_pb2.TimeEntryChanged(
        time_entry=events_pb2.TimeEntry(
            id=str(entry.id), version=entry.version, client_id=str(entry.client_id or ""),
            user_id=str(entry.user_id), task_id=str(entry.task_id or ""),
            work_cycle_id=str(entry.work_cycle_id or ""), started_at=entry.started_at.isoformat(),
            ended_at=entry.ended_at.isoformat() if entry.ended_at else "",
            billable=entry.is_billable,
        ),
        changed=sorted(changed),
    )  # fmt: skip
    kind = f"scheduling.time_entry.{verb}"
    return event(kind, payload, entry.id, entry.version, client_id=entry.client_id)
