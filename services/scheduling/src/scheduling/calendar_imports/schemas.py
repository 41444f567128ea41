"""Shapes of imports of calendars."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import Field

from background.imports.schemas import Fault, ImportAccepted, Outcome
from background.jobs.schemas import JobView
from chassis.shapes import Shape, View

Past = Literal["leave_out", "done"]
WhenTaken = Literal["refuse", "without_staff"]
_ASKED: Final = ("file", "dry_run", "client_id", "staff_ids", "action_id", "past", "when_taken")


class CalendarImportFields(Shape):
    """How a calendar is taken in.

    The client of an entry is who has the mail address or phone of one of those who come
    (ATTENDEE); of an entry without any it is `client_id`. `staff_ids` and `action_id` are those of
    all appointments. What is over is left out, or with `past` kept as done. An entry at whose time
    somebody of the staff is elsewhere is refused, or with `when_taken` made without them.
    """

    client_id: UUID | None = None
    staff_ids: Annotated[list[UUID], Field(max_length=50)] = []
    action_id: UUID | None = None
    past: Past = "leave_out"
    when_taken: WhenTaken = "refuse"
    dry_run: bool = False


class CalendarImportAccepted(ImportAccepted):
    """The import has begun, or its undoing; the id of an import is that of its job."""


class CalendarImportView(JobView):
    """An import of a calendar: how far it is, and what was asked of it."""

    file: str
    dry_run: bool
    client_id: UUID | None
    staff_ids: list[UUID]
    action_id: UUID | None
    past: Past
    when_taken: WhenTaken

    @classmethod
    def of(cls, job: Any) -> "CalendarImportView":
        """From the job's row."""
        percent = min(100, job.done * 100 // job.total) if job.total else None
        plain = {name: getattr(job, name) for name in cls.model_fields if hasattr(job, name)}
        progress = {"done": job.done, "total": job.total, "percent": percent}
        asked = {name: job.asked[name] for name in _ASKED}
        return cls.model_validate({**plain, "progress": progress, **asked})


class CalendarRowView(View):
    """An appointment of the calendar, numbered in their order from 2 on; what recurs is as many.

    `faults` say why it failed, why it was left out (`unchanged`), or how far it was taken in.
    """

    row: int
    outcome: Outcome
    appointment_id: UUID | None
    client_id: UUID | None
    url: str | None
    title: str | None
    starts_at: datetime | None
    faults: list[Fault] | None
    undone: str | None
