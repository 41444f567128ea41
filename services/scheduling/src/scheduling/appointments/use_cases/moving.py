"""A series is moved: each of it to where a rule has it then."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from chassis.work import UnitOfWork
from scheduling.appointments import events
from scheduling.appointments.repository.records import (
    AppointmentRepository,
    MoveRepository,
    SeriesRepository,
)
from scheduling.appointments.rules import series as courses
from scheduling.appointments.rules import states
from scheduling.appointments.rules.series import Course, Step
from scheduling.appointments.rules.states import Scope, Status
from scheduling.appointments.tables import Appointment
from scheduling.appointments.use_cases import claiming, sharing
from scheduling.appointments.use_cases.changing import Move
from scheduling.appointments.use_cases.naming import Json
from scheduling.appointments.use_cases.recurring import (
    Held,
    alike,
    cancel_each,
    days_without,
    hold,
    set_each,
)
from scheduling.claims.rules import Span
from scheduling.recurrence.rules.expanding import instant, wall_time
from scheduling.recurrence.rules.moving import moved
from scheduling.recurrence.rules.reading import Rule

Steps = list[Step[Appointment]]
_TIMES: Final = ("starts_at", "ends_at", "status", "confirmed_at", "confirmed_by")


async def reschedule_series(
    work: UnitOfWork, appointment_id: UUID, move: Move, scope: Scope, rule: Rule | None
) -> None:
    """Move one and all that follow it, or all that are still to come, by as much as the one that is
    named, or to where another rule has them. Raises AppointmentNotOpen, SlotTaken, NotMovable.
    """
    held = await hold(work, appointment_id, scope)
    states.check_open(held.named.status)
    span = move.times(held.named)
    old, new = await _courses(work, held, wall_time(span[0], held.series.timezone), rule)
    rows = courses.by_occurrence(held.rows)
    steps = list(courses.steps(old, new, rows, held.named, work.now))
    series = await SeriesRepository(work).update(
        held.series, rule=new.rule.text, first_local=new.first
    )
    held = replace(held, series=series)
    changed = await _take_steps(work, held, steps, span, move.reason)
    changed = await sharing.tell_each_anew(work, changed)
    work.publish(events.series_changed("rescheduled", series, changed, reason=move.reason))


async def _courses(
    work: UnitOfWork, held: Held, local: datetime, rule: Rule | None
) -> tuple[Course, Course]:
    """How the series goes, and how it goes instead with the named one at another wall time."""
    old = held.course
    first = old.first + (local - (held.named.occurrence or local))
    new = Course(rule or moved(old.rule, old.first, first), first, old.zone)
    if not held.series.skips_holidays:
        return old, new
    return (
        replace(old, off=await days_without(work, old.times())),
        replace(new, off=await days_without(work, new.times())),
    )


async def _take_steps(
    work: UnitOfWork, held: Held, steps: Steps, span: Span, reason: str | None
) -> list[Appointment]:
    """Each of the series goes where it is to be; those that changed."""
    cancelled = await cancel_each(
        work, [step.row for step in steps if step.row and step.cancelled], None
    )
    staying = [step for step in steps if step.row and not step.cancelled]
    moving = await _move_each(work, held, staying, span, reason)
    template = alike(work, held.named, span)
    new = [step.occurrence for step in steps if step.row is None]
    made = await set_each(work, template, held.series, new) if new else []
    return [*moving, *cancelled, *made]


async def _move_each(
    work: UnitOfWork, held: Held, steps: Steps, span: Span, reason: str | None
) -> list[Appointment]:
    appointments = AppointmentRepository(work)
    pairs = await appointments.update_each([
        (step.row, _moved(step, step.row, held, span)) for step in steps if step.row
    ])  # fmt: skip
    elsewhere = [
        (before, now) for before, now in pairs
        if (before.starts_at, before.ends_at) != (now.starts_at, now.ends_at)
    ]  # fmt: skip
    going = [now for _, now in elsewhere]
    if going:
        await appointments.need(going, anew=True)
        await claiming.move(work, *going)
        await MoveRepository(work).note(elsewhere, reason)
    return going


def _moved(step: Step[Appointment], row: Appointment, held: Held, span: Span) -> Json:
    """What becomes of the columns of one: what stays when it was keeps all but its place."""
    kept = {"occurrence": step.occurrence, "is_apart": row.is_apart and row.id != held.named.id}
    starts_at = instant(step.occurrence, held.series.timezone)
    ends_at = starts_at + (span[1] - span[0])
    if not step.held or (starts_at, ends_at) == (row.starts_at, row.ends_at):
        return kept | {name: getattr(row, name) for name in _TIMES}
    asked_anew = {"status": Status.SCHEDULED.value, "confirmed_at": None, "confirmed_by": None}
    return kept | asked_anew | {"starts_at": starts_at, "ends_at": ends_at}
