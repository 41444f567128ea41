"""Days by the months of Umm al-Qura (RFC 7529): one that a month has not is its last one."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from hijridate import Gregorian, Hijri

from scheduling.recurrence.rules.failures import BeyondTheTable
from scheduling.recurrence.rules.reading import Rule

_MONTHS: Final = 12
# Five Gregorian years have not quite as many Hijri months, and years.
_MOST_MONTHS: Final = 64
_MOST_YEARS: Final = 7


def days(rule: Rule, first: date, field: str) -> Iterator[date]:
    """The days of a rule from the month of the first one on; raises BeyondTheTable."""
    try:
        start = Gregorian(first.year, first.month, first.day).to_hijri()
    except (OverflowError, ValueError):
        raise BeyondTheTable(field=field) from None
    numbers = rule.by_month_day or (start.day,)
    for year, month in _months(rule, start.year, start.month):
        yield from _of_month(year, month, numbers, field)


def numbers(day: date) -> tuple[int, int]:
    """Its Hijri month and day of the month; raises BeyondTheTable."""
    try:
        found = Gregorian(day.year, day.month, day.day).to_hijri()
    except (OverflowError, ValueError):
        raise BeyondTheTable() from None
    return found.month, found.day


def _months(rule: Rule, year: int, month: int) -> Iterator[tuple[int, int]]:
    if rule.frequency == "YEARLY":
        chosen = sorted(rule.by_month) or [month]
        for ahead in range(0, _MOST_YEARS, rule.interval):
            yield from ((year + ahead, one) for one in chosen)
        # Further than anything may recur, whatever the interval.
        yield year + _MOST_YEARS, chosen[0]
        return
    for ahead in range(0, _MOST_MONTHS, rule.interval):
        found = divmod(year * _MONTHS + month - 1 + ahead, _MONTHS)
        if not rule.by_month or found[1] + 1 in rule.by_month:
            yield found[0], found[1] + 1
    beyond = divmod(year * _MONTHS + month - 1 + _MOST_MONTHS, _MONTHS)
    yield beyond[0], beyond[1] + 1


def _of_month(year: int, month: int, numbers: tuple[int, ...], field: str) -> list[date]:
    try:
        length = Hijri(year, month, 1).month_length()
        chosen = {_clamped(one, length) for one in numbers}
        found = [Hijri(year, month, one).to_gregorian() for one in sorted(chosen)]
    except (OverflowError, ValueError):
        raise BeyondTheTable(field=field) from None
    return [date(one.year, one.month, one.day) for one in found]


def _clamped(number: int, length: int) -> int:
    return min(number, length) if number > 0 else max(length + 1 + number, 1)
