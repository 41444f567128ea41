"""Which days the paid periods of a membership cover: worked out of its facts, in whatever order
they came about.

A period's length is what the calendar gives it, counted from the anchor of its run: 31 January,
28 February, 31 March. It begins where the one before ends, if it was asked for by then or within
the tolerance; else a new run begins on the day it was asked for. Days of freezes that extend, and
of suspensions, are skipped: nothing is used up on them, and nothing begins.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from memberships.calendar.rules import Run, Span

_DAY: Final = timedelta(days=1)
# From a day on, and the first day after it; none: for ever.
Skips = Sequence[tuple[date, date | None]]


@dataclass(frozen=True, slots=True)
class Rest:
    """Days on which a membership rests, the last one too; `to_day` none: nobody knows yet."""

    kind: str
    from_day: date
    to_day: date | None
    extends: bool

    @property
    def skips(self) -> bool:
        """Whether its days are added to what is paid."""
        return self.extends or self.kind == "suspension"

    def holds_on(self, day: date) -> bool:
        """Whether the day is one of its."""
        return self.from_day <= day and (self.to_day is None or day <= self.to_day)


@dataclass(frozen=True, slots=True)
class Paid:
    """A granted period: its number, its span, and when and with what tolerance it was asked for.

    One that `changes_on` a day replaces from then on what is left of the periods before.
    """

    number: int
    asked_on: date
    tolerance_days: int
    span: Span
    changes_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """The days of a paid period: from `starts_on` until before `ends_on`, without `skipped` days.

    `nominal_from` and `nominal_to` are its boundaries by the calendar of its run, as if nothing
    was ever skipped; between them are as many days as it covers. The days are none where an open
    suspension makes them unknown.
    """

    number: int
    anchor: date
    nominal_from: date
    nominal_to: date
    begins_run: bool
    starts_on: date | None
    ends_on: date | None
    # The first day after it that is not skipped.
    lapses_on: date | None

    @property
    def length(self) -> int:
        """How many days it covers."""
        return (self.nominal_to - self.nominal_from).days

    @property
    def skipped(self) -> int | None:
        """How many days within it were skipped."""
        if self.starts_on is None or self.ends_on is None:
            return None
        return (self.ends_on - self.starts_on).days - self.length


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is covered; `renewal_date` is the first day after all of it that is not skipped, none
    where nothing is paid or an open suspension runs.
    """

    periods: tuple[Covered, ...]
    renewal_date: date | None

    @property
    def covered_from(self) -> date | None:
        """The first day covered."""
        return self.periods[0].starts_on if self.periods else None


def coverage(start_date: date, paid: Iterable[Paid], rests: Iterable[Rest]) -> Coverage:
    """The days of the periods that are paid, by number; the order of either does not matter.

    The first is asked for on `start_date`, and begins there whenever it is paid. One that is not
    paid any more is not among them: the others are as if it never was.
    """
    known = tuple(rests)
    skips = skipped_days(known)
    covered: list[Covered] = []
    run: Run | None = None
    reached = first_open(start_date, skips)
    for one in sorted(paid, key=lambda each: each.number):
        if one.changes_on is not None:
            covered = [_until(each, one.changes_on, skips) for each in covered]
            run, reached = None, first_open(one.changes_on, skips)
        run, found = _next(one, run, reached, skips)
        covered.append(found)
        reached = found.lapses_on
    is_known = bool(covered) and all(one.to_day is not None for one in known)
    return Coverage(tuple(covered), reached if is_known else None)


def skipped_days(rests: Iterable[Rest]) -> Skips:
    """The days that are skipped, as stretches that neither meet nor overlap, in order."""
    stretches: list[tuple[date, date | None]] = []
    for one in sorted((one for one in rests if one.skips), key=lambda each: each.from_day):
        until = None if one.to_day is None else one.to_day + _DAY
        if not stretches or _ends_before(stretches[-1], one.from_day):
            stretches.append((one.from_day, until))
            continue
        begins, known = stretches[-1]
        longest = None if known is None or until is None else max(known, until)
        stretches[-1] = (begins, longest)
    return stretches


def first_open(day: date | None, skips: Skips) -> date | None:
    """The day, or the first one after it that is not skipped; none: nobody knows yet."""
    if day is None:
        return None
    for begins, until in skips:
        if begins <= day and (until is None or day < until):
            return until
    return day


def goes_on(asked_on: date, reached: date, tolerance_days: int) -> bool:
    """Whether what is asked for on a day goes on from where the one before ended (`reached`): by
    that day, on which there is no gap yet, or on a day of grace after it (rules.status.status).
    """
    return asked_on <= reached or asked_on < reached + timedelta(tolerance_days)


def _next(
    one: Paid, run: Run | None, reached: date | None, skips: Skips
) -> tuple[Run, Covered]:  # fmt: skip
    """The period that begins where the one before ended (`reached`), or a run of its own."""
    is_late = reached is not None and not goes_on(one.asked_on, reached, one.tolerance_days)
    starts_on = first_open(one.asked_on, skips) if is_late else reached
    if begins_run := (run is None or is_late):
        # Where it begins is not known in an open suspension; how long it is, is told anyhow.
        run = Run(starts_on or one.asked_on)
    after = run.then(one.span)
    ends_on = _used_up(starts_on, (after.boundary - run.boundary).days, skips)
    return after, Covered(
        number=one.number, anchor=run.anchor, nominal_from=run.boundary, nominal_to=after.boundary,
        begins_run=begins_run, starts_on=starts_on, ends_on=ends_on,
        lapses_on=first_open(ends_on, skips),
    )  # fmt: skip


def _until(one: Covered, day: date, skips: Skips) -> Covered:
    """A period as far as it lies before a day."""
    if one.starts_on is None or (one.ends_on is not None and one.ends_on <= day):
        return one
    day = max(day, one.starts_on)
    used = timedelta(days=open_days(one.starts_on, day, skips))
    return replace(
        one, nominal_to=one.nominal_from + used, ends_on=day, lapses_on=first_open(day, skips)
    )


def open_days(day: date, until: date, skips: Skips) -> int:
    """How many days from one on, and before another, are not skipped."""
    found = max((until - day).days, 0)
    for begins, ends in skips:
        first, last = max(begins, day), min(ends or until, until)
        found -= max((last - first).days, 0)
    return found


def _used_up(starts_on: date | None, length: int, skips: Skips) -> date | None:
    """The day after the last of so many that are not skipped."""
    if starts_on is None:
        return None
    day, left = starts_on, length
    for begins, until in skips:
        if begins < day:
            continue
        if (free := (begins - day).days) >= left:
            break
        if until is None:
            return None
        left, day = left - free, until
    return day + timedelta(days=left)


def _ends_before(stretch: tuple[date, date | None], day: date) -> bool:
    return stretch[1] is not None and stretch[1] < day
