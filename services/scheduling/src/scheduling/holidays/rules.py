"""Holidays of a company's own: some days once, or every year of one calendar or the other."""

from calendar import isleap
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, Literal, Protocol

from chassis import hijri
from chassis.errors import Conflict, Invalid, NotFound

Repeats = Literal["never", "yearly", "hijri_yearly"]
Source = Literal["company", "country"]
MOST_DAYS: Final = 60
MOST_HOLIDAYS: Final = 500
LONGEST_WINDOW: Final = 800
_HIJRI_YEAR: Final = 354


class HolidayNotFound(NotFound):
    """No such holiday, neither of the company nor of its countries."""

    code = "holiday_not_found"
    detail = "There is no such holiday."


class EndsBeforeItBegins(Invalid):
    """The last day is before the first."""

    code = "ends_before_it_begins"
    detail = "The last day is before the first one."


class HolidayTooLong(Invalid):
    """Nobody has so long a holiday."""

    code = "holiday_too_long"
    detail = "A holiday has at most {most} days."


class WindowTooLong(Invalid):
    """More days than one answer tells."""

    code = "window_too_long"
    detail = "At most {most} days may be asked for at a time."


class TooManyHolidays(Conflict):
    """More than a company has."""

    code = "too_many_holidays"
    detail = "A company has at most {most} holidays of its own."


class CountryHoliday(Conflict):
    """What the law makes is not changed by a company."""

    code = "country_holiday"
    detail = "This is a holiday of the country: it can be switched off, no more."


class Own(Protocol):
    """When a holiday of the company's own is."""

    @property
    def from_on(self) -> date: ...
    @property
    def to_on(self) -> date: ...
    @property
    def repeats(self) -> str: ...


def check_days(from_on: date, to_on: date) -> None:
    """Raises EndsBeforeItBegins and HolidayTooLong."""
    if to_on < from_on:
        raise EndsBeforeItBegins(field="to")
    if (to_on - from_on).days >= MOST_DAYS:
        raise HolidayTooLong(field="to", most=MOST_DAYS)


def check_window(first: date, last: date, field: str = "date_to") -> None:
    """Raises EndsBeforeItBegins and WindowTooLong."""
    if last < first:
        raise EndsBeforeItBegins(field=field)
    if (last - first).days > LONGEST_WINDOW:
        raise WindowTooLong(field=field, most=LONGEST_WINDOW)


def runs(holiday: Own, first: date, last: date) -> list[tuple[date, date]]:
    """The first and last days of a holiday each time that it meets a window of days."""
    length = holiday.to_on - holiday.from_on
    starts = _starts(holiday, first - length, last)
    return [(one, one + length) for one in starts if one <= last and one + length >= first]


def _starts(holiday: Own, first: date, last: date) -> Iterator[date]:
    if holiday.repeats == "never":
        yield holiday.from_on
    elif holiday.repeats == "yearly":
        for year in range(max(first.year, holiday.from_on.year), last.year + 1):
            yield _in_year(holiday.from_on, year)
    else:
        passed = max((first - holiday.from_on).days // _HIJRI_YEAR - 1, 0)
        for years in range(passed, (last - holiday.from_on).days // _HIJRI_YEAR + 2):
            if (start := hijri.plus_months(holiday.from_on, 12 * years)) is not None:
                yield start


def _in_year(day: date, year: int) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=year, day=28 if is_leap_day and not isleap(year) else day.day)


def each_day(first: date, last: date) -> Iterator[date]:
    """All days from one to another."""
    return (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
