"""Working hours: spans of minutes of each day of the week, less the breaks."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, Literal, get_args

from chassis.errors import Invalid

Json = dict[str, Any]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)
DAY: Final = 1_440
_WEEK: Final = 7 * DAY
# From and until which minute of a day; what ends after midnight ends on the next day.
Span = tuple[int, int]
# Of each weekday, Monday first, its spans in order.
Week = tuple[tuple[Span, ...], ...]
_TIME: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
# Whoever has no hours is there all day.
ALWAYS: Final[Week] = (((0, DAY),),) * 7


class NotATime(Invalid):
    """No time of the day."""

    code = "not_a_time"
    detail = "A time is written like 09:30; the end of a day is 24:00."


class HoursOverlap(Invalid):
    """Two spans of hours at one time."""

    code = "hours_overlap"
    detail = "These hours overlap others."


class BreakOutside(Invalid):
    """A break is a part of the hours."""

    code = "break_outside"
    detail = "A break lies within its hours, and does not overlap another one."


def minute(text: str, field: str) -> int:
    """The minute of the day of a time like 09:30; raises NotATime."""
    if not (found := _TIME.fullmatch(text)):
        raise NotATime(field=field)
    return DAY if text == "24:00" else int(found[1]) * 60 + int(found[2])


def week(hours: Iterable[Mapping[str, Any]], field: str = "hours") -> Week:
    """`[{days, from, to, breaks: [{from, to}]}]` as spans, breaks taken out.

    What ends at or before the time at which it begins ends on the next day. Raises NotATime,
    HoursOverlap and BreakOutside, each naming its field.
    """
    days: list[list[tuple[Span, str]]] = [[] for _ in WEEKDAYS]
    free: list[list[Span]] = [[] for _ in WEEKDAYS]
    for place, one in enumerate(hours):
        named = f"{field}.{place}"
        whole = _span(one, named)
        spans = list(_less_breaks(whole, one.get("breaks") or (), named))
        for day in one["days"]:
            days[WEEKDAYS.index(day)].append((whole, named))
            free[WEEKDAYS.index(day)] += spans
    _check_apart(days)
    return tuple(tuple(sorted(spans)) for spans in free)


def _span(one: Mapping[str, Any], field: str) -> Span:
    start, end = minute(one["from"], f"{field}.from"), minute(one["to"], f"{field}.to")
    if start == DAY:
        raise NotATime(field=f"{field}.from")
    return start, end if end > start else end + DAY


def _less_breaks(whole: Span, breaks: Sequence[Mapping[str, Any]], field: str) -> Iterable[Span]:
    at = whole[0]
    spans = [_within(whole, one, f"{field}.breaks.{place}") for place, one in enumerate(breaks)]
    for start, end, named in sorted(spans):
        if start < at or end > whole[1]:
            raise BreakOutside(field=named)
        if start > at:
            yield at, start
        at = end
    if at < whole[1]:
        yield at, whole[1]


def _within(whole: Span, one: Mapping[str, Any], field: str) -> tuple[int, int, str]:
    start, end = _span(one, field)
    # A break after midnight is one of the day on which the hours began.
    shift = DAY if start < whole[0] else 0
    return start + shift, end + shift, field


def _check_apart(days: Sequence[Sequence[tuple[Span, str]]]) -> None:
    """Also across midnight, and from Sunday to Monday."""
    placed = sorted(
        (start + day * DAY, end + day * DAY, named)
        for day, spans in enumerate(days) for (start, end), named in spans
    )  # fmt: skip
    if not placed:
        return
    first = placed[0]
    again = (first[0] + _WEEK, first[1] + _WEEK, first[2])
    for one, other in pairwise([*placed, again]):
        if one[1] > other[0]:
            raise HoursOverlap(field=other[2])
