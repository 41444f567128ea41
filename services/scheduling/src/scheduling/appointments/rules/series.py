"""What becomes of each of a series as the series is moved."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from scheduling.appointments.rules.states import OPEN
from scheduling.recurrence.rules.expanding import instant, local_times
from scheduling.recurrence.rules.moving import split
from scheduling.recurrence.rules.reading import Rule


class Place(Protocol):
    """What is looked at of one of a series."""

    @property
    def id(self) -> UUID: ...
    @property
    def status(self) -> str: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def occurrence(self) -> datetime | None: ...
    @property
    def is_apart(self) -> bool: ...


PlaceT = TypeVar("PlaceT", bound=Place)


@dataclass(frozen=True, slots=True)
class Course:
    """A series as its rule has it: from its first wall time on, in a zone, without days off."""

    rule: Rule
    first: datetime
    zone: str
    off: frozenset[date] = frozenset()

    def times(self) -> list[datetime]:
        """All wall times, those on holidays too."""
        return local_times(self.rule, self.first, self.zone)


@dataclass(frozen=True, slots=True)
class Step(Generic[PlaceT]):
    """What becomes of one place in a series: where it is from now on, and whether it is held.

    Without a `row` it is a new one; without `held` nobody comes then, or what is there stays when
    it was.
    """

    row: PlaceT | None
    occurrence: datetime
    held: bool
    cancelled: bool = False


def parted(course: Course, occurrence: datetime) -> tuple[Course, Course] | None:
    """A series as two, the second from a place on; None where that is its first one."""
    times = course.times()
    before = min(bisect_left(times, occurrence), len(times) - 1)
    if not before:
        return None
    earlier, later = split(course.rule, course.first, before)
    return (
        Course(earlier, course.first, course.zone),
        Course(later, times[before], course.zone),
    )


def is_ahead(row: Place, now: datetime, named: Place) -> bool:
    """Whether a change of the series is a change of it: the one that is named always."""
    return row.status in OPEN and (row.id == named.id or row.starts_at > now)


def changes_with(row: Place, now: datetime, named: Place) -> bool:
    """The same, leaving alone what was changed by itself."""
    return is_ahead(row, now, named) and (row.id == named.id or not row.is_apart)


def steps(
    old: Course, new: Course, rows: Mapping[datetime, PlaceT], named: Place, now: datetime
) -> Iterator[Step[PlaceT]]:
    """What becomes of each place as a series goes another course.

    A place that has no row was a day off, unless somebody removed it, who wants none there.
    """
    for before, after in zip_longest(old.times(), new.times()):
        row = rows.get(before) if before else None
        held = after is not None and after.date() not in new.off
        if row is not None:
            moves = changes_with(row, now, named)
            place = after or row.occurrence or before
            yield Step(row, place, held and moves, cancelled=moves and not held)
        elif held and _is_new(old, before, after, now):
            yield Step(None, after, held=True)


def _is_new(old: Course, before: datetime | None, after: datetime, now: datetime) -> bool:
    if before is None:
        return instant(after, old.zone) > now
    return before.date() in old.off and instant(before, old.zone) > now


def by_occurrence(rows: Sequence[PlaceT]) -> dict[datetime, PlaceT]:
    """Rows by their place in the series; of several the one that is still to come."""
    ordered = sorted(rows, key=lambda row: row.status in OPEN)
    return {row.occurrence: row for row in ordered if row.occurrence is not None}
