"""What others hear of checklists."""

from typing import Literal
from uuid import UUID

from diwan.common.v1 import text_pb2
from diwan.scheduling.v1 import events_pb2

from chassis.events import Event, event
from scheduling.checklists.tables import Checklist

Verb = Literal[
    "started", "updated", "item_done", "item_undone", "completed", "reopened", "deleted"
]  # fmt: skip


def checklist_changed(verb: Verb, checklist: Checklist, *, item_id: UUID | None = None) -> Event:
    """What became of a checklist: scheduling.checklist.completed, say; and by which item."""
    payload = events_pb2.ChecklistChanged(
        checklist=events_pb2.Checklist(
            id=str(checklist.id), version=checklist.version,
            client_id=str(checklist.client_id or ""),
            checklist_template_id=str(checklist.checklist_template_id or ""),
            name=text_pb2.Bilingual(**checklist.name), state=checklist.state,
            item_count=checklist.item_count, done_count=checklist.done_count,
            required_left=checklist.required_left,
        ),
        item_id=str(item_id or ""),
    )  # fmt: skip
    kind = f"scheduling.checklist.{verb}"
    return event(kind, payload, checklist.id, checklist.version, client_id=checklist.client_id)
