"""The appointments that a calendar stands for: what recurs as often as it does.

A rule is followed as one of our own is: 500 times and five years at most, and for a year where it
has no end; what goes on behind that is told at the last one.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Final

from chassis.errors import Failure
from scheduling.calendar_imports.rules.entries import Broken, Entry, Key
from scheduling.calendar_imports.rules.failures import (
    CalledOff,
    Over,
    RecursOn,
    TooManyAppointments,
)
from scheduling.calendar_imports.rules.times import Moment
from scheduling.claims.rules import LONGEST
from scheduling.recurrence.rules.expanding import YEARS, instant, times_within, wall_time
from scheduling.recurrence.rules.reading import MOST, Rule

_YEAR: Final = timedelta(days=366)
MOST_IN_ALL: Final = 20_000
# Of all rules of a file; a year takes half a millisecond, and where it hurts a whole one.
_MOST_YEARS: Final = 10_000
# The longest that a period of a rule may be, in days.
_PERIODS: Final = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}
# How far behind the last one somebody looks whether there is another.
_BEYOND: Final = _YEAR
# A rule's times in the years before and behind, each day one.
_MOST_LOOKED_AT: Final = 5_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """As of when a calendar is read, and whether what was is taken in too: of five years."""

    now: datetime
    keeps_past: bool

    @property
    def since(self) -> datetime:
        """What ended before is left out."""
        return self.now - YEARS * _YEAR if self.keeps_past else self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One appointment, or why there is none; `recurrence` is its time in its series, empty where
    it stands alone. `failure` says that it is wrong, `note` that it is left out or goes on.
    """

    uid: str
    recurrence: str = ""
    title: str | None = None
    location: str | None = None
    note: str | None = None
    keys: tuple[Key, ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    failure: Failure | None = None
    left_out: Failure | None = None
    remark: Failure | None = None


@dataclass(slots=True)
class _Series:
    """All that a calendar says under one UID."""

    main: Entry | None = None
    changed: dict[datetime, Entry] = field(default_factory=dict)
    broken: list[Broken] = field(default_factory=list)

    def add(self, one: Entry | Broken) -> None:
        """Of two that say the same the one counts that was said later."""
        if isinstance(one, Broken):
            self.broken.append(one)
        elif one.instead_of is None:
            self.main = _later(self.main, one)
        else:
            at = one.instead_of.at
            self.changed[at] = _later(self.changed.get(at), one)


def occurrences(entries: Iterable[Entry | Broken], bounds: Bounds) -> Iterator[Occurrence]:
    """Those of all entries, series by series; raises TooManyAppointments."""
    known: dict[str, _Series] = {}
    for one in entries:
        known.setdefault(one.uid, _Series()).add(one)
    if sum(_years_followed(series.main, bounds) for series in known.values()) > _MOST_YEARS:
        raise TooManyAppointments(field="file", most=MOST_IN_ALL)
    for series in known.values():
        for broken in series.broken:
            yield Occurrence(uid=broken.uid, title=broken.title, failure=broken.failure)
        yield from _of_series(series, bounds)


def _of_series(series: _Series, bounds: Bounds) -> Iterator[Occurrence]:
    main = series.main
    if main is None or not main.recurs:
        if main is not None:
            yield _told(main, main.start, None, bounds)
        yield from (_told(one, one.start, at, bounds) for at, one in series.changed.items())
        return
    try:
        times, remark = _times(main, bounds)
    except Failure as failure:
        yield Occurrence(uid=main.uid, title=main.title, failure=failure)
        return
    yield from _recurring(main, _placed(series.changed, main), times, remark, bounds)


def _placed(changed: Mapping[datetime, Entry], main: Entry) -> dict[datetime, Entry]:
    """What stands for a time, by that time: of what is named by a day, the series' one on it."""
    found: dict[datetime, Entry] = {}
    for at, one in changed.items():
        named = one.instead_of
        if named is not None and named.is_day and not main.start.is_day:
            local = datetime.combine(named.local.date(), main.start.local.time())
            at = instant(local, main.start.zone)
        found[at] = _later(found.get(at), one)
    return found


def _recurring(
    main: Entry, changed: Mapping[datetime, Entry], times: Sequence[datetime],
    remark: Failure | None, bounds: Bounds,
) -> Iterator[Occurrence]:  # fmt: skip
    if main.is_cancelled:
        yield Occurrence(uid=main.uid, title=main.title, left_out=CalledOff())
        return
    # What was moved into the time that counts, from before or behind it, is one of them too.
    of_rule = set(times)
    found = [
        _told(changed.get(at, main), _start(changed.get(at), main, at), at, bounds)
        for at in sorted(of_rule.union(changed))
        if at in of_rule or _ends(changed[at]) > bounds.since
    ]
    if not found:
        yield Occurrence(uid=main.uid, title=main.title, left_out=Over())
        return
    last = len(found) - 1
    for place, one in enumerate(found):
        yield one if place < last else replace(one, remark=remark)


def _times(main: Entry, bounds: Bounds) -> tuple[list[datetime], Failure | None]:
    """When it recurs within the bounds, and whether it goes on behind them."""
    first, zone = main.start.local, main.start.zone
    long = min(main.length or timedelta(), LONGEST)
    since, until = _window(main, bounds)
    every = _not_left_out(main, [
        first, *_of_rule(main, since, until + _BEYOND),
        *(wall_time(one.at, zone) for one in main.added),
    ])  # fmt: skip
    was = [one for one in every if bounds.since < one + long <= bounds.now]
    ahead = [one for one in every if one + long > bounds.now]
    kept = [one for one in ahead if wall_time(one, zone) <= until][:MOST]
    goes_on = bool(kept) and (_is_endless(main.rule) or len(ahead) > len(kept))
    return was[-MOST:] + kept, _goes_on(kept[-1], zone) if goes_on else None


def _of_rule(main: Entry, since: datetime, until: datetime) -> Iterable[datetime]:
    if main.rule is None:
        return ()
    times = times_within(main.rule, main.start.local, main.start.zone, since, until)
    return islice(times, _MOST_LOOKED_AT)


def _not_left_out(main: Entry, times: Iterable[datetime]) -> list[datetime]:
    """The instants of wall times, in order; what is left out by its day may be at any time."""
    zone, is_day = main.start.zone, main.start.is_day
    days = {one.local.date() for one in main.left_out if one.is_day and not is_day}
    found = {instant(one, zone) for one in times if one.date() not in days}
    return sorted(found - {one.at for one in main.left_out})


def _window(main: Entry, bounds: Bounds) -> tuple[datetime, datetime]:
    """From when one may still go on, until when it is planned."""
    first, zone = main.start.local, main.start.zone
    long = min(main.length or timedelta(), LONGEST)
    until = max(wall_time(bounds.now, zone), first) + _reach(main.rule)
    return wall_time(bounds.since - long, zone), until


def _years_followed(main: Entry | None, bounds: Bounds) -> float:
    """Through how many years a rule is followed; from its first time on where it counts."""
    if main is None or main.rule is None:
        return 0
    rule, first = main.rule, main.start.local
    since, until = _window(main, bounds)
    last, begun = (until + _BEYOND).year, first.year if _is_counted(rule) else since.year
    if rule.until is not None:
        last = min(last, rule.until.year)
    if rule.count is not None and _has_one_each(rule, first):
        last = min(last, begun + 1 + rule.count * rule.interval * _PERIODS[rule.frequency] // 365)
    return 1 + max(last - max(begun, first.year) + 1, 0) / rule.interval


def _has_one_each(rule: Rule, first: datetime) -> bool:
    """Whether each of its periods has a day, so that it soon has all that it counts."""
    names_days = rule.names_days and rule.frequency != "WEEKLY"
    return not (names_days or rule.by_month or rule.by_position) and first.day <= 28


def _is_counted(rule: Rule) -> bool:
    return rule.count is not None or rule.calendar == "hijri"


def _is_endless(rule: Rule | None) -> bool:
    return rule is not None and rule.count is None and rule.until is None


def _reach(rule: Rule | None) -> timedelta:
    return _YEAR if _is_endless(rule) else YEARS * _YEAR


def _goes_on(last: datetime, zone: str) -> Failure:
    return RecursOn(day=wall_time(last, zone).date().isoformat())


def _start(changed: Entry | None, main: Entry, at: datetime) -> Moment:
    if changed is not None:
        return changed.start
    zone, is_day = main.start.zone, main.start.is_day
    local = wall_time(at, zone)
    # Where clocks go forward at midnight a day begins at one, and is none the longer.
    return Moment(datetime.combine(local.date(), time()) if is_day else local, zone, is_day)


def _told(one: Entry, start: Moment, at: datetime | None, bounds: Bounds) -> Occurrence:
    ends_at = _end(start, one.length)
    left_out: Failure | None = None
    if one.is_cancelled:
        left_out = CalledOff()
    elif (ends_at or start.at) <= bounds.since:
        left_out = Over()
    return Occurrence(
        uid=one.uid, recurrence=f"{at:%Y%m%dT%H%M%SZ}" if at else "", title=one.title,
        location=one.location, note=one.note, keys=one.keys, starts_at=start.at, ends_at=ends_at,
        left_out=left_out,
    )  # fmt: skip


def _end(start: Moment, length: timedelta | None) -> datetime | None:
    """A day ends as the next one begins, also where clocks change; an hour is an hour."""
    if length is None:
        return None
    if start.is_day:
        return instant(start.local + length, start.zone)
    return start.at + length


def _ends(one: Entry) -> datetime:
    return _end(one.start, one.length) or one.start.at


def _later(known: Entry | None, one: Entry) -> Entry:
    return known if known is not None and known.sequence > one.sequence else one
