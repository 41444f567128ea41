"""Dates typed in the Hijri calendar of Umm al-Qura, which Saudi Arabia goes by.

A year from 1300 to 1500 is a Hijri one, named so or not: no date that is kept of anybody is of the
Middle Ages. Of these the table has those from 1343 on (1924 to 2077). Any other year is Gregorian
unless it is named.
"""

import re
import unicodedata
from datetime import date
from typing import Final

from hijridate import Gregorian, Hijri

FIRST_YEAR: Final = 1300
LAST_YEAR: Final = 1500
# The year first, or the day; named by its letter or not.
_NAME: Final = r"\s*(هـ|ه|AH|A\.H\.|H)?\s*"
_YEAR_FIRST: Final = re.compile(rf"\s*(\d{{4}})[-/.](\d\d?)[-/.](\d\d?){_NAME}", re.IGNORECASE)
_DAY_FIRST: Final = re.compile(rf"\s*(\d\d?)[-/.](\d\d?)[-/.](\d{{4}}){_NAME}", re.IGNORECASE)


def day(text: str) -> date | None:
    """The day of `1447-09-01 هـ`, `1/9/1447 AH` or `1447-09-01`, in any digits; None if it is no
    Hijri date.

    Raises ValueError for a day that there is not, and for a year that the table has not.
    """
    typed = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    if found := _YEAR_FIRST.fullmatch(typed):
        year, month, number = (int(part) for part in found.groups()[:3])
    elif found := _DAY_FIRST.fullmatch(typed):
        number, month, year = (int(part) for part in found.groups()[:3])
    else:
        return None
    return _gregorian(year, month, number) if found[4] or is_year(year) else None


def is_year(year: int) -> bool:
    """Whether a year without a name is one of this calendar."""
    return FIRST_YEAR <= year <= LAST_YEAR


def date_of(year: int, month: int, number: int) -> date:
    """The day of these numbers, in whichever calendar the year is of; raises ValueError."""
    return _gregorian(year, month, number) if is_year(year) else date(year, month, number)


def _gregorian(year: int, month: int, number: int) -> date:
    try:
        return date.fromisoformat(Hijri(year, month, number).to_gregorian().isoformat())
    except OverflowError as error:
        raise ValueError(str(error)) from error


def plus_months(day: date, months: int) -> date | None:
    """The same day so many months later, or the last of a month that is too short; None where the
    table ends.
    """
    try:
        start = Gregorian(day.year, day.month, day.day).to_hijri()
        year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
        first = Hijri(year, month + 1, 1)
        number = min(start.day, first.month_length())
        return _gregorian(year, month + 1, number)
    except (OverflowError, ValueError):
        return None
