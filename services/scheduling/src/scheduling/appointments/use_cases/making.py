"""Appointments are made, and removed where they were a mistake."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from chassis.context import Context
from chassis.work import UnitOfWork
from refs import about
from scheduling.appointments import events
from scheduling.appointments.repository.records import AppointmentRepository
from scheduling.appointments.rules import states, times
from scheduling.appointments.rules.reminding import check_in_series
from scheduling.appointments.schemas.bodies import AppointmentCreate
from scheduling.appointments.tables import Appointment
from scheduling.appointments.use_cases import claiming, linking, naming, reminding, sharing
from scheduling.appointments.use_cases.naming import Json
from scheduling.appointments.use_cases.recurring import create_series
from scheduling.claims import repository as claims
from scheduling.defaults.repository import SchedulingSettingsRepository
from scheduling.defaults.use_cases import settings_of
from scheduling.recurrence.rules.reading import Rule, read


@dataclass(frozen=True, slots=True)
class Wanted:
    """An appointment that somebody wants: its columns, how long it takes, of which request, and
    how it recurs.
    """

    values: Json
    minutes: int | None
    digest: bytes
    rule: Rule | None = None
    skips_holidays: bool = False


def wanted_of(body: AppointmentCreate) -> Wanted:
    """What a body asks for; raises what is wrong with its rule, and TooManyReminders."""
    columns, rule = body.columns(), read(body.recurrence) if body.recurrence else None
    if rule is not None:
        check_in_series(columns["reminders"])
    return Wanted(columns, body.duration_minutes, body.digest(), rule, body.skip_holidays)


async def create_appointment(work: UnitOfWork, context: Context, wanted: Wanted) -> Appointment:
    """Set an appointment; raises what is said about clients, IdTaken, SlotTaken, and what is
    wrong with whom and what it names, and when it is.
    """
    values = wanted.values
    asked = await naming.ask(work, context, values["client_id"], values["staff_ids"])
    billed_id = await linking.ask(work, context, values)
    # One message for what is asked first.
    await work.read_ahead(
        await about.asked(work, values["client_id"]),
        await SchedulingSettingsRepository(work).asked_by_id(work.tenant_id),
        *naming.asked_staff(work, values),
    )
    client = await about.client_to_write(work, values["client_id"], asked.access)
    appointments = AppointmentRepository(work)
    if (known := await appointments.known(values["id"], wanted.digest)) is not None:
        work.status = 200
        return known
    await linking.check(work, values, client.id, billed_id)
    return await schedule(work, wanted, client.id)


async def schedule(
    work: UnitOfWork, wanted: Wanted, client_id: UUID, *, field: str = "starts_at"
) -> Appointment:
    """The same with a client whom the caller may change, as everybody concerned was asked before;
    `field` is what a caller calls its beginning.
    """
    appointments = AppointmentRepository(work)
    columns = await timed(work, wanted) | {"client_id": client_id, "digest": wanted.digest}
    await naming.check_named(work, columns)
    given = await sharing.give_at_once(work, columns)
    columns = started(work, columns) | (given.columns if given else {})
    if wanted.rule is not None:
        made = await create_series(work, columns, wanted.rule, skips_holidays=wanted.skips_holidays)
    else:
        made, along = await appointments.add_along(**columns)
        await claiming.take(work, made, field=field, along=along)
        work.publish(events.appointment_changed("scheduled", made))
    if given is not None:
        sharing.enqueue_if_mailed(work, made, given)
    return made


async def delete_appointment(work: UnitOfWork, appointment_id: UUID) -> None:
    """Remove an appointment that was a mistake; raises AppointmentTookPlace."""
    appointments = AppointmentRepository(work)
    known = await appointments.get_for_update(appointment_id)
    states.check_removable(known.status)
    await withdraw(work, known)


async def withdraw(work: UnitOfWork, known: Appointment) -> None:
    """Remove one that is locked, whatever it is."""
    appointments = AppointmentRepository(work)
    await claims.release(work, [known.id])
    gone = known
    if known.status in states.OPEN:
        # As others heard of it last: it does not come any more.
        gone = await appointments.update(known, status=states.Status.CANCELLED.value)
    await appointments.delete(gone)
    work.publish(events.appointment_changed("deleted", gone))


async def timed(work: UnitOfWork, wanted: Wanted) -> Json:
    """Its columns with when it ends."""
    usual = timedelta(minutes=(await settings_of(work)).appointment_minutes)
    values = wanted.values
    ends_at = times.end(values["starts_at"], values["ends_at"], wanted.minutes, usual)
    return values | {"ends_at": ends_at}


def started(work: UnitOfWork, columns: Json) -> Json:
    """The columns of a new one."""
    return columns | {
        "status": states.Status.SCHEDULED.value, "is_apart": False,
        "created_by": work.caller.principal, **reminding.of_new(work),
    }  # fmt: skip
