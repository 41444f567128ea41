"""Whom an appointment takes; who comes too late is offered times at which everybody works."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from chassis.together import Asked
from chassis.work import UnitOfWork
from scheduling.appointments.tables import Appointment
from scheduling.availability.rules.days import (
    Staff,
    grid,
    minute_after,
    minute_of,
    moment_of,
    open_spans,
    without,
)
from scheduling.availability.rules.hours import Span as Minutes
from scheduling.availability.use_cases import staff_between
from scheduling.claims import repository as claims
from scheduling.claims.rules import Claim, Span
from scheduling.holidays.use_cases import days_off

# Whatever the zone, the days of a window lie within one day of it.
_DAY: Final = timedelta(days=1)


async def take(
    work: UnitOfWork, *some: Appointment, field: str = "starts_at", along: Sequence[Asked] = ()
) -> None:
    """Take everybody whom these need; raises SlotTaken. Changes `along` go with it."""
    await claims.take(work, *map(claim, some), field=field, closed=closed, along=along)


async def move(work: UnitOfWork, *some: Appointment, field: str = "starts_at") -> None:
    """Take everybody anew whom these need now; raises SlotTaken."""
    await claims.move(work, *map(claim, some), field=field, closed=closed)


def claim(one: Appointment) -> Claim:
    """Whom it takes, and when."""
    return Claim("appointment", one.id, one.subject_ids, one.starts_at, one.ends_at)


async def closed(work: UnitOfWork, wanted: Claim, window: Span) -> list[Span]:
    """When somebody of those who are needed does not work, within a window."""
    first, last = (window[0] - _DAY).date(), (window[1] + _DAY).date()
    holidays = await days_off(work, first, last)
    whole = minute_of(window[0]), minute_after(window[1])

    there = await staff_between(work, wanted.subject_ids, first, last)
    return [
        (moment_of(start), moment_of(end)) for staff in there
        for start, end in _closed(staff, grid(staff, first, last, holidays), whole)
    ]  # fmt: skip


def _closed(staff: Staff, hours: list[Minutes], whole: Minutes) -> list[Minutes]:
    return without([whole], open_spans(staff, hours))
