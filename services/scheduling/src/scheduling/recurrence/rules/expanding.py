"""When something recurs: the wall times of a rule, kept through every change of clocks.

Each period of a rule (a day, week, month or year) is a set of days that the BY parts choose from
(RFC 5545, 3.3.10). Own code, and not a library's: those look for the next day until the year 9999,
which takes minutes for a rule that has none (every seventh day that is a Monday, from a Tuesday).
"""

from calendar import isleap
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from scheduling.recurrence.rules import hijri_days
from scheduling.recurrence.rules.failures import Never, TooLong, TooMany
from scheduling.recurrence.rules.reading import MOST, Rule

YEARS: Final = 5
_DAY: Final = timedelta(days=1)
_LENGTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
Keep = Callable[[date], bool]


def occurrences(
    rule: Rule, first: datetime, zone: str, holidays: Collection[date] = (), *,
    field: str = "recurrence",
) -> list[datetime]:  # fmt: skip
    """The instants of a series, in UTC: those of its wall times (`local_times`)."""
    return [instant(one, zone) for one in local_times(rule, first, zone, holidays, field=field)]


def local_times(
    rule: Rule, first: datetime, zone: str, holidays: Collection[date] = (), *,
    field: str = "recurrence",
) -> list[datetime]:  # fmt: skip
    """The wall times of a series whose first one is at `first` or after it.

    As in RFC 5545, what falls on one of `holidays` is left out of what COUNT counts. Raises
    TooMany (500), TooLong (five years), Never, and BeyondTheTable for Hijri months.
    """
    is_hijri = rule.calendar == "hijri"
    days = (
        hijri_days.days(rule, first.date(), field)
        if is_hijri
        else _days(rule, first, _plus_years(first).date())
    )
    found = list(_until_end(rule, first, zone, days, field))
    skipped = frozenset(holidays)
    kept = [one for one in found if one.date() not in skipped]
    if not kept:
        raise Never(field=field)
    return kept


def times_within(
    rule: Rule, first: datetime, zone: str, since: datetime, until: datetime
) -> Iterator[datetime]:
    """The wall times of a rule from `since` until `until`, both of them too; the rule may be
    endless, and may have begun long before. Raises BeyondTheTable for Hijri months.
    """
    until, found = min(until, _last(rule, zone) or until), 0
    if rule.calendar == "hijri":
        days = hijri_days.days(rule, first.date(), "recurrence", until.date())
    else:
        days = _days(rule, first, until.date(), since.date())
    for day in days:
        local = datetime.combine(day, first.time())
        if local > until:
            return
        if local < first:
            continue
        found += 1
        if local >= since:
            yield local
        if found == rule.count:
            return


def instant(local: datetime, zone: str) -> datetime:
    """The instant of a wall time, in UTC.

    One that does not exist, as the clocks are put forward, is as much later; of one that exists
    twice it is the first (PEP 495, fold 0).
    """
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def wall_time(moment: datetime, zone: str) -> datetime:
    """What the clock shows at an instant, without a zone."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def _until_end(
    rule: Rule, first: datetime, zone: str, days: Iterator[date], field: str
) -> Iterator[datetime]:  # fmt: skip
    last, found = _last(rule, zone), 0
    limit = _plus_years(first)
    for day in days:
        local = datetime.combine(day, first.time())
        if last is not None and local > last:
            return
        if local > limit:
            # What has neither begun nor ended by then recurs never, as far as anybody plans.
            if found:
                raise TooLong(field=field, years=YEARS)
            return
        if local < first:
            continue
        found += 1
        if found > MOST:
            raise TooMany(field=field, most=MOST)
        yield local
        if found == rule.count:
            return


def _plus_years(first: datetime) -> datetime:
    is_leap_day = (first.month, first.day) == (2, 29)
    year = first.year + YEARS
    return first.replace(year=year, day=28 if is_leap_day and not isleap(year) else first.day)


def _last(rule: Rule, zone: str) -> datetime | None:
    until = rule.until
    if not isinstance(until, datetime):
        return datetime.combine(until, time.max) if until else None
    return wall_time(until, zone) if until.tzinfo else until


def _days(rule: Rule, first: datetime, end: date, since: date = date.min) -> Iterator[date]:
    """Days from the first period on until a period has gone by after the end. Where none of them
    counts those before `since` are passed over, by whole periods.
    """
    keeps = _keeps(rule, first.date())
    after = date.min if rule.count else since
    for period in _periods(rule, first.date(), end, after):
        chosen = [day for day in period if all(keep(day) for keep in keeps)]
        yield from _positioned(chosen, rule.by_position)
    # Further than anything may recur: whoever reads on learns that it has not ended.
    yield end + _DAY


def _periods(rule: Rule, first: date, end: date, after: date) -> Iterator[Sequence[date]]:
    step = rule.interval
    if rule.frequency == "DAILY":
        yield from ([day] for day in _steps(first, end, step, after))
    elif rule.frequency == "WEEKLY":
        start = first - _DAY * ((first.weekday() - rule.week_start) % 7)
        yield from (_run(day, 7) for day in _steps(start, end, step * 7, after))
    elif rule.frequency == "MONTHLY":
        start_month, passed = _month(first), _passed(_month(after) - _month(first), step)
        for number in range(start_month + passed, _month(end) + 1, step):
            year, month = divmod(number, 12)
            yield _run(date(year, month + 1, 1), _length(year, month + 1))
    else:
        passed = _passed(after.year - first.year, step)
        for year in range(first.year + passed, end.year + 1, step):
            yield _run(date(year, 1, 1), 365 + isleap(year))


def _steps(start: date, end: date, step: int, after: date) -> Iterator[date]:
    passed = _passed((after - start).days, step)
    return (start + _DAY * ahead for ahead in range(passed, (end - start).days + 1, step))


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _passed(units: int, step: int) -> int:
    """How far on the last period begins that may reach over that many units."""
    return max(0, units // step - 1) * step


def _run(start: date, length: int) -> list[date]:
    return [start + _DAY * ahead for ahead in range(length)]


def _positioned(days: list[date], positions: Sequence[int]) -> Iterable[date]:
    if not positions:
        return days
    places = {one - 1 if one > 0 else len(days) + one for one in positions}
    return [day for place, day in enumerate(days) if place in places]


def _keeps(rule: Rule, first: date) -> list[Keep]:
    """What a day has to be; what the rule leaves open is as it is on the first day."""
    months, month_days, weekdays = rule.by_month, rule.by_month_day, rule.by_day
    if not rule.names_days:
        if rule.frequency == "YEARLY":
            months = months or (first.month,)
        if rule.frequency in ("MONTHLY", "YEARLY"):
            month_days = (first.day,)
        elif rule.frequency == "WEEKLY":
            weekdays = ((0, first.weekday()),)
    within_month = rule.frequency == "MONTHLY" or bool(months)
    # Sets: a rule may name a hundred, and each day of a year is looked at.
    weeks, year_days = frozenset(rule.by_week), frozenset(rule.by_year_day)
    of_month, named = frozenset(month_days), frozenset(weekdays)
    keeps: list[tuple[object, Keep]] = [
        (months, lambda day: day.month in months),
        (weeks, lambda day: not weeks.isdisjoint(_week(day, rule.week_start))),
        (year_days, lambda day: not year_days.isdisjoint(_of_year(day))),
        (of_month, lambda day: not of_month.isdisjoint(_of_month(day))),
        (named, lambda day: not named.isdisjoint(_weekdays(day, within_month))),
    ]
    return [keep for given, keep in keeps if given]


def _of_month(day: date) -> tuple[int, int]:
    return day.day, day.day - _length(day.year, day.month) - 1


def _length(year: int, month: int) -> int:
    return _LENGTHS[month - 1] + (month == 2 and isleap(year))


def _of_year(day: date) -> tuple[int, int]:
    number = _of_its_year(day)
    return number, number - 366 - isleap(day.year)


def _of_its_year(day: date) -> int:
    return day.toordinal() - date(day.year, 1, 1).toordinal() + 1


def _weekdays(day: date, within_month: bool) -> Sequence[tuple[int, int]]:
    """What a rule may call it: each such weekday, or the nth one from the start or the end."""
    from_start, from_end = _of_month(day) if within_month else _of_year(day)
    weekday = day.weekday()
    return (
        (0, weekday), ((from_start - 1) // 7 + 1, weekday), (-((-from_end - 1) // 7 + 1), weekday)
    )  # fmt: skip


def _week(day: date, week_start: int) -> tuple[int, int]:
    """The number of its week, from the start of the year and from its end (RFC 5545, WKST)."""
    # The week's fourth day decides of which year the week is.
    fourth = day + _DAY * (3 - (day.weekday() - week_start) % 7)
    number = _number(fourth)
    return number, number - _weeks(fourth.year, week_start) - 1


def _number(fourth: date) -> int:
    return (_of_its_year(fourth) - 1) // 7 + 1


@lru_cache
def _weeks(year: int, week_start: int) -> int:
    last = date(year, 12, 31)
    fourth = last + _DAY * (3 - (last.weekday() - week_start) % 7)
    return _number(fourth if fourth.year == year else fourth - _DAY * 7)
