"""Dates typed in the Hijri calendar of Umm al-Qura, which Saudi Arabia goes by."""

import re
import unicodedata
from datetime import date
from typing import Final

from hijridate import Hijri

# The year first, or the day; named by its letter, for without it the year could be of either.
_NAME: Final = r"\s*(?:هـ|ه|AH|A\.H\.|H)\s*"
_YEAR_FIRST: Final = re.compile(rf"\s*(\d{{4}})[-/.](\d\d?)[-/.](\d\d?){_NAME}", re.IGNORECASE)
_DAY_FIRST: Final = re.compile(rf"\s*(\d\d?)[-/.](\d\d?)[-/.](\d{{4}}){_NAME}", re.IGNORECASE)


def day(text: str) -> date | None:
    """The day of `1447-09-01 هـ` or `1/9/1447 AH`, in any digits; None if it is no Hijri date.

    Raises ValueError for a day that there is not, and outside of 1343–1500 AH (1924–2077).
    """
    typed = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    if found := _YEAR_FIRST.fullmatch(typed):
        year, month, number = (int(part) for part in found.groups())
    elif found := _DAY_FIRST.fullmatch(typed):
        number, month, year = (int(part) for part in found.groups())
    else:
        return None
    try:
        return date.fromisoformat(Hijri(year, month, number).to_gregorian().isoformat())
    except OverflowError as error:
        raise ValueError(str(error)) from error
