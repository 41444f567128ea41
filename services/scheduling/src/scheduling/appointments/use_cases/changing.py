"""Appointments are changed, and moved to another time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.context import Context
from chassis.work import UnitOfWork
from refs.reading import ensure_users
from scheduling.appointments import events
from scheduling.appointments.repository.records import AppointmentRepository, MoveRepository
from scheduling.appointments.rules import states, times
from scheduling.appointments.rules.states import Status
from scheduling.appointments.tables import Appointment
from scheduling.appointments.use_cases import claiming, linking, sharing
from scheduling.appointments.use_cases.naming import Json, check_named
from scheduling.appointments.use_cases.reminding import with_reminders


@dataclass(frozen=True, slots=True)
class Move:
    """When an appointment is to be instead."""

    starts_at: datetime
    ends_at: datetime | None
    minutes: int | None
    reason: str | None

    def times(self, known: Appointment) -> tuple[datetime, datetime]:
        """From when until when, as long as before unless it says otherwise."""
        usual = known.ends_at - known.starts_at
        return self.starts_at, times.end(self.starts_at, self.ends_at, self.minutes, usual)


async def update_appointment(
    work: UnitOfWork, context: Context, appointment_id: UUID, changes: Json
) -> Appointment:
    """Change what an appointment is about, or whom and what it needs; raises SlotTaken, and
    TooManyReminders.
    """
    await ensure_users(context, work.tenant_id, changes.get("staff_ids", ()))
    billed_id = await linking.ask(work, context, changes)
    appointments = AppointmentRepository(work)
    known = await appointments.get_for_update(appointment_id)
    await check_named(work, changes, known)
    await linking.check(work, changes, known.client_id, billed_id, known)
    changes = with_reminders(work, changes, known)
    if all(getattr(known, name) == value for name, value in changes.items()):
        return known
    updated = await appointments.update(known, **changes, **apart(known))
    if set(updated.subject_ids) != set(known.subject_ids):
        await appointments.need([updated], anew=True)
        if states.takes(updated.status):
            await claiming.move(work, updated, field="staff_ids")
    differing = [name for name in changes if getattr(known, name) != getattr(updated, name)]
    work.publish(events.appointment_changed("updated", updated, differing))
    return updated


async def reschedule_appointment(work: UnitOfWork, appointment_id: UUID, move: Move) -> Appointment:
    """Move an appointment; who had confirmed it is asked anew. Raises AppointmentNotOpen,
    SlotTaken, and what is wrong with the times.
    """
    appointments = AppointmentRepository(work)
    known = await appointments.get_for_update(appointment_id)
    states.check_open(known.status)
    starts_at, ends_at = move.times(known)
    if (starts_at, ends_at) == (known.starts_at, known.ends_at):
        return known
    moved = await appointments.update(
        known, starts_at=starts_at, ends_at=ends_at, status=Status.SCHEDULED.value,
        confirmed_at=None, confirmed_by=None, **apart(known),
    )  # fmt: skip
    await appointments.need([moved], anew=True)
    await claiming.move(work, moved)
    await MoveRepository(work).note([(known, moved)], move.reason)
    moved = await sharing.tell_anew(work, moved)
    work.publish(events.appointment_changed("rescheduled", moved, before=known, reason=move.reason))
    return moved


def apart(known: Appointment) -> Json:
    """That one of a series was changed by itself."""
    return {"is_apart": True} if known.series_id else {}
