"""What a calendar is asked for, and how what it shows is put in order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from operator import itemgetter
from typing import Any, Final, Literal

from chassis.errors import Invalid

Item = dict[str, Any]
Kind = Literal["appointment", "busy", "session", "leave", "holiday", "task"]
Weekday = Literal["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
LONGEST: Final = timedelta(days=62)
WEEK: Final = timedelta(days=7)
_FROM_MONDAY: Final[tuple[Weekday, ...]] = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip


class EndsBeforeItBegins(Invalid):
    """The window is empty, or less."""

    code = "ends_before_it_begins"
    detail = "It ends before it begins."


class WindowTooLong(Invalid):
    """More than two months."""

    code = "window_too_long"
    detail = "At most {most} days may be asked for at a time."


@dataclass(frozen=True, slots=True)
class Week:
    """With which day a company's week begins, and on which it does not work."""

    start: Weekday
    weekend: tuple[Weekday, ...]


def check_window(since: datetime, until: datetime) -> None:
    """Raises EndsBeforeItBegins and WindowTooLong."""
    if until <= since:
        raise EndsBeforeItBegins(field="to")
    if until - since > LONGEST:
        raise WindowTooLong(field="to", most=LONGEST.days)


def week_of(day: date, week: Week) -> date:
    """The first day of the week that a day is in."""
    return day - timedelta(days=(day.weekday() - _FROM_MONDAY.index(week.start)) % 7)


def told_week(tenant: Mapping[str, Any], usual: Week) -> Week:
    """A company's week as identity tells it; what it does not tell is as usual."""
    start, weekend = tenant.get("week_start"), tenant.get("weekend")
    return Week(
        start if start in _FROM_MONDAY else usual.start,
        tuple(one for one in weekend if one in _FROM_MONDAY) if weekend else usual.weekend,
    )


def usual_week(days_off: Iterable[int]) -> Week:
    """The week of a country by the days on which nobody works there, Monday being 0.

    It begins on the first day after them.
    """
    off = frozenset(days_off) or frozenset({5, 6})
    start = next((day for day in range(7) if day not in off and (day - 1) % 7 in off), 0)
    return Week(_FROM_MONDAY[start], tuple(_FROM_MONDAY[day] for day in sorted(off)))


def together(
    found: Sequence[Sequence[Item]], limit: int, *, is_descending: bool
) -> tuple[list[Item], bool]:
    """The first of several lists, each in order, and whether there is more."""
    order = itemgetter("starts_at", "id")
    merged = sorted((one for some in found for one in some), key=order, reverse=is_descending)
    return list(islice(merged, limit)), len(merged) > limit
