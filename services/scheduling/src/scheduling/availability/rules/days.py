"""When somebody is there: hours, dated overrides, holidays and leave, as minutes on one scale.

All instants are whole minutes since 1970 (UTC), so that a thousand people's month costs no more
than arithmetic on integers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from scheduling.availability.rules.hours import ALWAYS, DAY, Span, Week

_MINUTE: Final = timedelta(minutes=1)
# Zones, and spans that go on after midnight, reach so far beyond a day.
_AROUND: Final = timedelta(days=2)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Override:
    """Other hours from one day to another, as in Ramadan."""

    first: date
    last: date
    week: Week


@dataclass(frozen=True, slots=True)
class Leave:
    """Somebody is away from one day to another: whole days, or so many minutes of each."""

    first: date
    last: date
    span: Span = (0, DAY)


@dataclass(frozen=True, slots=True)
class Staff:
    """When somebody works; of overrides that meet, the first one counts."""

    id: UUID
    zone: str
    week: Week = ALWAYS
    overrides: tuple[Override, ...] = ()
    leaves: tuple[Leave, ...] = ()
    works_on_holidays: bool = False
    buffer_before: int = 0
    buffer_after: int = 0


def minute_of(moment: datetime) -> int:
    """The whole minutes until an instant."""
    return (moment - EPOCH) // _MINUTE


def minute_after(moment: datetime) -> int:
    """The same, and the one that has begun."""
    return -((EPOCH - moment) // _MINUTE)


def moment_of(minute: int) -> datetime:
    """The instant of a minute."""
    return EPOCH + minute * _MINUTE


def grid(
    staff: Staff, first: date, last: date, holidays: frozenset[date] = frozenset()
) -> list[Span]:
    """Their spans of hours from one day of theirs to another, in order, leave not taken out."""
    found: list[Span] = []
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        if day in holidays and not staff.works_on_holidays:
            continue
        found += [_within(staff.zone, day, span) for span in _hours(staff, day)]
    return sorted(one for one in found if one[0] < one[1])


def open_spans(staff: Staff, spans: Sequence[Span]) -> list[Span]:
    """What is left of some spans of hours on their leave: in order, and what touches is one."""
    whole = merged(spans)
    if not whole or not staff.leaves:
        return whole
    return without(whole, away(staff, whole[0][0], whole[-1][1]))


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same minutes of spans in order, without overlaps."""
    found: list[Span] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def without(spans: Sequence[Span], cuts: Iterable[Span]) -> list[Span]:
    """What is left of spans that do not overlap, in order: of both, each is looked at once."""
    left: list[Span] = []
    gone, place = merged(sorted(cuts)), 0
    for start, end in spans:
        at = start
        while place < len(gone) and gone[place][1] <= start:
            place += 1
        here = place
        while here < len(gone) and gone[here][0] < end:
            if at < gone[here][0]:
                left.append((at, gone[here][0]))
            at = gone[here][1]
            here += 1
        if at < end:
            left.append((at, end))
    return left


def _hours(staff: Staff, day: date) -> Sequence[Span]:
    for one in staff.overrides:
        if one.first <= day <= one.last:
            return one.week[day.weekday()]
    return staff.week[day.weekday()]


def away(staff: Staff, since: int, until: int) -> list[Span]:
    """Their leave on the days that touch some minutes: one may last for years."""
    found: list[Span] = []
    earliest, latest = (moment_of(one).date() for one in (since, until))
    for one in staff.leaves:
        first, last = max(one.first, earliest - _AROUND), min(one.last, latest + _AROUND)
        if first > last:
            continue
        if one.span == (0, DAY):
            found.append((_at(staff.zone, first, 0), _at(staff.zone, last, DAY)))
            continue
        for ahead in range((last - first).days + 1):
            found.append(_within(staff.zone, first + timedelta(days=ahead), one.span))
    return found


def _within(zone: str, day: date, span: Span) -> Span:
    """The minutes of a span of a day."""
    base, is_even = _base(zone, day)
    if is_even:
        return base + span[0], base + span[1]
    return _at(zone, day, span[0]), _at(zone, day, span[1])


@lru_cache(maxsize=4096)
def _base(zone: str, day: date) -> tuple[int, bool]:
    """The minute at which a day begins, and whether no clock is changed on it or the next one."""
    start = _at(zone, day, 0)
    return start, _at(zone, day, 2 * DAY) - start == 2 * DAY


def _at(zone: str, day: date, minute: int) -> int:
    """The minute of a wall time; one that does not exist is as much later, of two it is the first.

    PEP 495, fold 0.
    """
    local = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) + timedelta(
        minutes=minute
    )
    return minute_of(local.astimezone(UTC))
