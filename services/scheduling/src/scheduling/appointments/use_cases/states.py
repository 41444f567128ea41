"""What becomes of an appointment: confirmed, done, missed, cancelled, or open again."""

from uuid import UUID

from chassis.work import UnitOfWork
from scheduling.appointments import events
from scheduling.appointments.repository.records import AppointmentRepository
from scheduling.appointments.rules import states
from scheduling.appointments.rules.states import Status
from scheduling.appointments.tables import Appointment
from scheduling.appointments.use_cases import claiming
from scheduling.appointments.use_cases.sharing import tell_cancelled
from scheduling.claims import repository as claims


async def confirm_appointment(work: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Note that it stands, as its client or staff says; raises AppointmentNotOpen."""
    appointments = AppointmentRepository(work)
    known = await appointments.get_for_update(appointment_id)
    states.check_open(known.status)
    if known.status == Status.CONFIRMED:
        return known
    confirmed = await appointments.update(
        known, status=Status.CONFIRMED.value, confirmed_at=work.now,
        confirmed_by=work.caller.principal,
    )  # fmt: skip
    work.publish(events.appointment_changed("confirmed", confirmed))
    return confirmed


async def complete_appointment(work: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Note that it took place; raises AppointmentNotOpen."""
    known = await AppointmentRepository(work).get_for_update(appointment_id)
    return await _complete(work, known)


async def complete_if_open(work: UnitOfWork, appointment_id: UUID) -> None:
    """The same of one that goes along with what it was made for; not where it is over, or gone."""
    known = await AppointmentRepository(work).hold(appointment_id)
    if known is not None and known.status in states.OPEN:
        await _complete(work, known)


async def _complete(work: UnitOfWork, known: Appointment) -> Appointment:
    states.check_open(known.status)
    done = await AppointmentRepository(work).update(
        known, status=Status.DONE.value, done_at=work.now
    )
    work.publish(events.appointment_changed("done", done))
    return done


async def miss_appointment(work: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Note that the client did not come; whom it took is free. Raises AppointmentNotOpen."""
    appointments = AppointmentRepository(work)
    known = await appointments.get_for_update(appointment_id)
    states.check_open(known.status)
    missed = await appointments.update(known, status=Status.NO_SHOW.value)
    await claims.release(work, [known.id])
    work.publish(events.appointment_changed("no_show", missed))
    return missed


async def cancel_appointment(
    work: UnitOfWork, appointment_id: UUID, reason: str | None
) -> Appointment:
    """Call it off; whom it took is free. Raises AppointmentNotOpen."""
    known = await AppointmentRepository(work).get_for_update(appointment_id)
    return await _cancel(work, known, reason)


async def cancel_if_open(work: UnitOfWork, appointment_id: UUID, reason: str | None) -> None:
    """The same of one that goes along with what it was made for; not where it is over, or gone."""
    known = await AppointmentRepository(work).hold(appointment_id)
    if known is not None and known.status in states.OPEN:
        await _cancel(work, known, reason)


async def _cancel(work: UnitOfWork, known: Appointment, reason: str | None) -> Appointment:
    states.check_open(known.status)
    cancelled = await AppointmentRepository(work).update(
        known, status=Status.CANCELLED.value, cancelled_at=work.now, cancel_reason=reason
    )
    await claims.release(work, [known.id])
    await tell_cancelled(work, [cancelled])
    work.publish(events.appointment_changed("cancelled", cancelled))
    return cancelled


async def reopen_appointment(work: UnitOfWork, appointment_id: UUID) -> Appointment:
    """Take back that it took place, was missed or called off; raises AppointmentOpen, SlotTaken."""
    appointments = AppointmentRepository(work)
    known = await appointments.get_for_update(appointment_id)
    states.check_over(known.status)
    reopened = await appointments.update(
        known, status=Status.SCHEDULED.value, confirmed_at=None, confirmed_by=None, done_at=None,
        cancelled_at=None, cancel_reason=None,
    )  # fmt: skip
    if not states.takes(known.status):
        await claiming.take(work, reopened)
    work.publish(events.appointment_changed("reopened", reopened))
    return reopened
