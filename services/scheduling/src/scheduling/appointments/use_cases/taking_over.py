"""Appointments that were made elsewhere are taken over, many at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from chassis.ids import new_id
from chassis.work import UnitOfWork
from scheduling.appointments import events
from scheduling.appointments.repository.records import AppointmentRepository
from scheduling.appointments.rules.states import Status
from scheduling.appointments.tables import Appointment
from scheduling.appointments.use_cases.making import started
from scheduling.appointments.use_cases.naming import Json
from scheduling.claims import repository as claims
from scheduling.claims.rules import Claim

_NOTHING: Final[Mapping[str, object]] = {
    "resource_ids": [], "linked_type": None, "linked_id": None, "reminders": [],
    "is_shared": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """An appointment of before; one that is over by now took place."""

    client_id: UUID
    starts_at: datetime
    ends_at: datetime
    staff_ids: Sequence[UUID]
    action_id: UUID | None = None
    title: str | None = None
    location: str | None = None
    note: str | None = None


async def take_over(
    work: UnitOfWork, former: Sequence[Former], *, without_staff: bool
) -> list[Appointment | None]:
    """Appointments of these, in their order; None where somebody is elsewhere then.

    With `without_staff` those are made too, and take nobody.
    """
    rows = [_columns(work, one) for one in former]
    late = await claims.take_each(work, *map(_claim, rows))
    for row in rows:
        if row["id"] in late and without_staff:
            row["staff_ids"] = []
    kept = [row for row in rows if without_staff or row["id"] not in late]
    made = {one.id: one for one in await AppointmentRepository(work).add_each(kept)}
    for one in made.values():
        work.publish(events.appointment_changed("scheduled", one))
    return [made.get(row["id"]) for row in rows]


def _columns(work: UnitOfWork, one: Former) -> Json:
    columns = started(work, {
        **_NOTHING, "id": new_id(), "client_id": one.client_id, "starts_at": one.starts_at,
        "ends_at": one.ends_at, "staff_ids": list(one.staff_ids), "action_id": one.action_id,
        "title": one.title, "location": one.location, "note": one.note,
    })  # fmt: skip
    is_over = one.ends_at <= work.now
    return columns | ({"status": Status.DONE.value, "done_at": one.ends_at} if is_over else {})


def _claim(row: Json) -> Claim:
    return Claim(
        "appointment", row["id"], tuple(row["staff_ids"]), row["starts_at"], row["ends_at"]
    )
