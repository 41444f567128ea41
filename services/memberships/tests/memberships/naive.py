"""Memberships worked out one day after the other, as somebody with a paper calendar would."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from memberships.calendar.rules import plus
from memberships.memberships.rules.coverage import Paid, Rest

DAY = timedelta(days=1)


@dataclass
class Lived:
    """The days each period covers, and the first day that is not paid."""

    days: dict[int, list[date]]
    renewal_date: date


def live(start: date, paid: Sequence[Paid], rests: Sequence[Rest]) -> Lived:
    """Go from day to day; all rests have an end, and all spans of a run are in one calendar."""
    closed = {
        one.from_day + DAY * place for one in rests if one.skips
        for place in range(((one.to_day or one.from_day) - one.from_day).days + 1)
    }  # fmt: skip

    def open_from(day: date) -> date:
        while day in closed:
            day += DAY
        return day

    day, anchor, before = open_from(start), None, 0
    days: dict[int, list[date]] = {}
    for one in sorted(paid, key=lambda each: each.number):
        grace = [day + DAY * place for place in range(one.tolerance_days)]
        if one.asked_on > day and one.asked_on not in grace:
            day, anchor, before = open_from(one.asked_on), None, 0
        anchor = anchor or day
        length = (plus(anchor, one.span, before + 1) - plus(anchor, one.span, before)).days
        before += 1
        days[one.number] = []
        while len(days[one.number]) < length:
            if day not in closed:
                days[one.number].append(day)
            day += DAY
        day = open_from(day)
    return Lived(days, day)


def status_of(
    day: date, start: date, paid: Sequence[Paid], rests: Sequence[Rest], tolerance_days: int,
    cancelled_on: date | None,
) -> str:  # fmt: skip
    """What it is on a day, told the plain way."""
    lived = live(start, paid, rests)
    if cancelled_on and cancelled_on <= day:
        return "cancelled"
    for kind, name in (("suspension", "suspended"), ("freeze", "frozen")):
        if any(one.kind == kind and one.holds_on(day) for one in rests):
            return name
    if not paid:
        return "pending_payment"
    covered = sorted(one for some in lived.days.values() for one in some)
    if day < covered[0]:
        return "upcoming"
    closed = [one for one in rests if one.skips]
    if day in covered or any(one.holds_on(day) for one in closed):
        return "active"
    lapsed = max(one for one in covered if one < day) + DAY
    while any(one.holds_on(lapsed) for one in closed):
        lapsed += DAY
    return "grace" if day < lapsed + DAY * tolerance_days else "expired"
