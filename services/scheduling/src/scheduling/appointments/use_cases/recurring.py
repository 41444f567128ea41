"""Appointments that recur: made, changed, called off and removed together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from chassis.context import Context
from chassis.ids import new_id
from chassis.work import UnitOfWork
from refs.home import home
from refs.reading import ensure_users
from scheduling.appointments import events
from scheduling.appointments.repository.records import AppointmentRepository, SeriesRepository
from scheduling.appointments.rules import series as courses
from scheduling.appointments.rules import states
from scheduling.appointments.rules.failures import BeginsElsewhere, RecursAlready
from scheduling.appointments.rules.reminding import check_in_series
from scheduling.appointments.rules.series import Course
from scheduling.appointments.rules.states import Scope, Status
from scheduling.appointments.tables import Appointment, AppointmentSeries
from scheduling.appointments.use_cases import claiming, linking
from scheduling.appointments.use_cases.naming import Json, check_named
from scheduling.appointments.use_cases.reminding import with_reminders
from scheduling.appointments.use_cases.sharing import tell_cancelled
from scheduling.claims import repository as claims
from scheduling.claims.rules import Span
from scheduling.holidays.use_cases import days_off
from scheduling.recurrence.rules.expanding import instant, local_times, wall_time
from scheduling.recurrence.rules.reading import Rule, read

# Of one request, and of one link: what the others of its series have not.
_OF_FIRST: Final = ("id", "digest", "link_hash", "link_expires_at")
# What a new one of a series has as the others have it.
_ALIKE: Final = (
    "client_id", "title", "location", "note", "action_id", "staff_ids", "resource_ids",
    "linked_type", "linked_id", "reminders", "reminds_client", "is_shared",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """A series, or what is left of it from one on, all locked; and the one that was named."""

    named: Appointment
    series: AppointmentSeries
    rows: list[Appointment]

    @property
    def course(self) -> Course:
        """How it goes."""
        return course_of(self.series)


async def create_series(
    work: UnitOfWork, columns: Json, rule: Rule, *, skips_holidays: bool
) -> Appointment:
    """Set appointments by a rule; the first of them. Raises SlotTaken, and what is wrong with the
    rule.
    """
    zone = (await home(work)).timezone
    first = wall_time(columns["starts_at"], zone)
    times = local_times(rule, first, zone)
    off = await days_without(work, times) if skips_holidays else frozenset[date]()
    kept = local_times(rule, first, zone, off) if off else times
    series = await SeriesRepository(work).add(
        client_id=columns["client_id"], rule=rule.text, first_local=first, timezone=zone,
        skips_holidays=skips_holidays,
    )  # fmt: skip
    made = await set_each(work, columns, series, kept)
    work.publish(events.series_changed("scheduled", series, made))
    return made[0]


async def begin_series(
    work: UnitOfWork, named: Appointment, rule: Rule, *, skips_holidays: bool
) -> None:
    """Have a locked appointment recur that stood alone: it stays, as the first of a series. Again
    with the same rule nothing changes. Raises AppointmentNotOpen, RecursAlready, BeginsElsewhere,
    TooManyReminders, SlotTaken.
    """
    known_series = SeriesRepository(work)
    if named.series_id is not None:
        if (await known_series.get(named.series_id)).rule != rule.text:
            raise RecursAlready(field="recurrence")
        return
    states.check_open(named.status)
    check_in_series(named.reminders)
    zone = (await home(work)).timezone
    first = wall_time(named.starts_at, zone)
    times = local_times(rule, first, zone)
    if not times or times[0] != first:
        raise BeginsElsewhere(field="recurrence")
    off = await days_without(work, times) if skips_holidays else frozenset[date]()
    kept = local_times(rule, first, zone, off) if off else times
    series = await known_series.add(
        client_id=named.client_id, rule=rule.text, first_local=first, timezone=zone,
        skips_holidays=skips_holidays,
    )  # fmt: skip
    joined = await AppointmentRepository(work).update(named, series_id=series.id, occurrence=first)
    template = alike(work, named, (named.starts_at, named.ends_at))
    others = [one for one in kept if one != first]
    made = await set_each(work, template, series, others) if others else []
    work.publish(events.series_changed("scheduled", series, [joined, *made]))


def alike(work: UnitOfWork, one: Appointment, span: Span) -> Json:
    """The columns of another one of its series, at some time; its client is reminded of it only
    where whoever sets it may send messages.
    """
    return {name: getattr(one, name) for name in _ALIKE} | {
        "reminds_client": one.reminds_client and work.caller.may("comms:write"),
        "status": Status.SCHEDULED.value, "is_apart": False,
        "created_by": work.caller.principal, "starts_at": span[0], "ends_at": span[1],
    }  # fmt: skip


async def set_each(
    work: UnitOfWork, columns: Json, series: AppointmentSeries, times: Sequence[datetime]
) -> list[Appointment]:
    """Appointments of a series at these wall times; the first one has the id that was asked for."""
    length = columns["ends_at"] - columns["starts_at"]
    alike = {name: value for name, value in columns.items() if name not in _OF_FIRST}
    starts = [instant(local, series.timezone) for local in times]
    rows: list[Json] = [
        {**alike, "id": new_id(), "series_id": series.id, "occurrence": local,
         "starts_at": starts_at, "ends_at": starts_at + length}
        for local, starts_at in zip(times, starts, strict=True)
    ]  # fmt: skip
    rows[0] |= {name: columns[name] for name in _OF_FIRST if columns.get(name)}
    made = await AppointmentRepository(work).add_each(rows)
    await claiming.take(work, *made)
    return made


async def update_series(
    work: UnitOfWork, context: Context, appointment_id: UUID, changes: Json, scope: Scope
) -> None:
    """Change one and all that follow it, or all that are still to come; raises SlotTaken, and
    TooManyReminders.
    """
    await ensure_users(context, work.tenant_id, changes.get("staff_ids", ()))
    billed_id = await linking.ask(work, context, changes)
    held = await hold(work, appointment_id, scope)
    await check_named(work, changes, held.named)
    await linking.check(work, changes, held.named.client_id, billed_id, held.named)
    appointments = AppointmentRepository(work)
    pairs = await appointments.update_each([
        (row, with_reminders(work, changes, row)) for row in held.rows
        if courses.changes_with(row, work.now, held.named)
    ])  # fmt: skip
    if not pairs:
        return
    updated = [now for _, now in pairs]
    elsewhere = [
        now for before, now in pairs if set(now.subject_ids) != set(before.subject_ids)
    ]  # fmt: skip
    if elsewhere:
        await appointments.need(elsewhere, anew=True)
        await claiming.move(work, *elsewhere, field="staff_ids")
    differing = {
        name for name in (*changes, "reminds_client") for before, now in pairs
        if getattr(before, name) != getattr(now, name)
    }  # fmt: skip
    work.publish(events.series_changed("updated", held.series, updated, differing))


async def cancel_series(
    work: UnitOfWork, appointment_id: UUID, scope: Scope, reason: str | None
) -> None:
    """Call off one and all that follow it, or all that are still to come: those that were changed
    by themselves too. Raises AppointmentNotOpen.
    """
    held = await hold(work, appointment_id, scope)
    states.check_open(held.named.status)
    ahead = [row for row in held.rows if courses.is_ahead(row, work.now, held.named)]
    cancelled = await cancel_each(work, ahead, reason)
    work.publish(events.series_changed("cancelled", held.series, cancelled, reason=reason))


async def cancel_each(
    work: UnitOfWork, some: Sequence[Appointment], reason: str | None
) -> list[Appointment]:
    """These, locked and open, will not be."""
    changes = {
        "status": Status.CANCELLED.value, "cancelled_at": work.now, "cancel_reason": reason,
    }  # fmt: skip
    pairs = await AppointmentRepository(work).update_each([(row, changes) for row in some])
    await claims.release(work, [row.id for row in some])
    cancelled = [now for _, now in pairs]
    await tell_cancelled(work, cancelled)
    return cancelled


async def delete_series(work: UnitOfWork, appointment_id: UUID, scope: Scope) -> None:
    """Remove one and all that follow it, or all that are still to come; raises
    AppointmentTookPlace.
    """
    held = await hold(work, appointment_id, scope)
    states.check_removable(held.named.status)
    going = [
        row for row in held.rows
        if row.id == held.named.id
        or (row.status not in states.KEPT and row.starts_at > work.now)
    ]  # fmt: skip
    # As others heard of them last: they do not come any more.
    gone = await cancel_each(work, going, None)
    await AppointmentRepository(work).remove_each(gone)
    work.publish(events.series_changed("deleted", held.series, gone))
    await SeriesRepository(work).remove_if_empty(held.series)


async def hold(work: UnitOfWork, appointment_id: UUID, scope: Scope) -> Held:
    """What a change reaches; what is to change from one on becomes a series of its own first."""
    appointments = AppointmentRepository(work)
    named, series = await appointments.hold_in_series(appointment_id)
    if scope == "following" and named.occurrence is not None:
        series = await _parted(work, named, series, named.occurrence)
    rows = await appointments.hold_all(series.id)
    return Held(next(row for row in rows if row.id == named.id), series, rows)


async def days_without(work: UnitOfWork, times: Sequence[datetime]) -> frozenset[date]:
    """Those of some days on which the company does not work."""
    found: set[date] = set()
    for first, last in _years(sorted({one.date() for one in times})):
        found |= await days_off(work, first, last)
    return frozenset(found)


def course_of(series: AppointmentSeries) -> Course:
    """How a series goes."""
    return Course(read(series.rule), series.first_local, series.timezone)


async def _parted(
    work: UnitOfWork, named: Appointment, series: AppointmentSeries, occurrence: datetime
) -> AppointmentSeries:
    """The series of those from one on; the same where that is the first."""
    halves = courses.parted(course_of(series), occurrence)
    if halves is None:
        return series
    known, (earlier, later) = SeriesRepository(work), halves
    await known.update(series, rule=earlier.rule.text)
    other = await known.add(
        client_id=series.client_id, rule=later.rule.text, first_local=later.first,
        timezone=later.zone, skips_holidays=series.skips_holidays,
    )  # fmt: skip
    await AppointmentRepository(work).part(series.id, occurrence, other.id)
    return other


def _years(days: Sequence[date]) -> Iterable[tuple[date, date]]:
    """From and until when to look for holidays; a year at a time, as that is known at once."""
    for year in sorted({one.year for one in days}):
        of_year = [one for one in days if one.year == year]
        yield of_year[0], of_year[-1]
