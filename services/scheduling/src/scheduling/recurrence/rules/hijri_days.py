"""Days by the months of Umm al-Qura (RFC 7529): one that a month has not is its last one."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from hijridate import Gregorian, Hijri

from scheduling.recurrence.rules.failures import BeyondTheTable
from scheduling.recurrence.rules.reading import Rule

_MONTHS: Final = 12
# Five Gregorian years have not quite as many Hijri months, and years.
_MOST_MONTHS: Final = 64
_MOST_YEARS: Final = 7


def days(rule: Rule, first: date, field: str, until: date | None = None) -> Iterator[date]:
    """The days of a rule from the month of the first one on, as far as `until` at least.

    Without it as far as anything of ours may recur, and one more. Raises BeyondTheTable.
    """
    try:
        start = Gregorian(first.year, first.month, first.day).to_hijri()
    except (OverflowError, ValueError):
        raise BeyondTheTable(field=field) from None
    numbers = rule.by_month_day or (start.day,)
    if until is None:
        months = _months_here(rule, start.year, start.month)
    else:
        # No Hijri month, and no year, is shorter than these.
        gone = max((until - first).days, 0)
        most = gone // 354 + 2 if rule.frequency == "YEARLY" else gone // 29 + 2
        months = _months(rule, start.year, start.month, most)
    for year, month in months:
        yield from _of_month(year, month, numbers, field)


def numbers(day: date) -> tuple[int, int]:
    """Its Hijri month and day of the month; raises BeyondTheTable."""
    try:
        found = Gregorian(day.year, day.month, day.day).to_hijri()
    except (OverflowError, ValueError):
        raise BeyondTheTable() from None
    return found.month, found.day


def _months_here(rule: Rule, year: int, month: int) -> Iterator[tuple[int, int]]:
    """Those of a series of ours, and further than anything may recur, whatever the interval."""
    if rule.frequency == "YEARLY":
        yield from _months(rule, year, month, _MOST_YEARS)
        yield year + _MOST_YEARS, min(rule.by_month, default=month)
        return
    yield from _months(rule, year, month, _MOST_MONTHS)
    beyond = divmod(year * _MONTHS + month - 1 + _MOST_MONTHS, _MONTHS)
    yield beyond[0], beyond[1] + 1


def _months(rule: Rule, year: int, month: int, most: int) -> Iterator[tuple[int, int]]:
    """Those of that many months, or years."""
    if rule.frequency == "YEARLY":
        chosen = sorted(rule.by_month) or [month]
        for ahead in range(0, most, rule.interval):
            yield from ((year + ahead, one) for one in chosen)
        return
    for ahead in range(0, most, rule.interval):
        found = divmod(year * _MONTHS + month - 1 + ahead, _MONTHS)
        if not rule.by_month or found[1] + 1 in rule.by_month:
            yield found[0], found[1] + 1


def _of_month(year: int, month: int, numbers: tuple[int, ...], field: str) -> list[date]:
    try:
        start, length = _month(year, month)
    except (OverflowError, ValueError):
        raise BeyondTheTable(field=field) from None
    chosen = {_clamped(one, length) for one in numbers}
    return [start + timedelta(days=one - 1) for one in sorted(chosen)]


@lru_cache(2_000)
def _month(year: int, month: int) -> tuple[date, int]:
    """Its first day and how many it has."""
    first = Hijri(year, month, 1)
    day = first.to_gregorian()
    return date(day.year, day.month, day.day), first.month_length()


def _clamped(number: int, length: int) -> int:
    return min(number, length) if number > 0 else max(length + 1 + number, 1)
