"""How words and values are written on paper, in Arabic and in English."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from hijridate import Gregorian

Language = Literal["ar", "en", "both"]
Label = list[str]
# Directions are ours to give: a value's own could turn what stands around it.
_TURNING: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Nothing breaks within a word: what is this long would run out of its column.
_ENDLESS: Final = re.compile(r"\S{30}(?=\S)")
_HIJRI_YEARS: Final = (date(1924, 8, 1), date(2077, 11, 16))


def chosen(arabic: str, english: str, language: Language) -> Label:
    """Of two texts those that are to be read."""
    return {"ar": [arabic], "en": [english], "both": [arabic, ltr(english)]}[language]


def ltr(value: str) -> str:
    """What reads from left to right amid whatever text: a number, a date, an amount."""
    return f"\u2066{value}\u2069"


def text(value: str) -> str:
    """What somebody wrote: it reads as its own first letter does, and fits into a column."""
    plain = "".join(
        one for one in _TURNING.sub("", value).replace("\r\n", "\n")
        if one == "\n" or unicodedata.category(one) != "Cc"
    )  # fmt: skip
    broken = _ENDLESS.sub("\\g<0>\u200b", plain)
    return "\n".join(f"\u2068{line}\u2069" if line else "" for line in broken.split("\n"))


def grouped(amount: str) -> str:
    """1234567.50 as it is read: 1,234,567.50, with a minus where there is one."""
    sign = "-" if amount.startswith("-") else ""
    whole, point, rest = amount.removeprefix("-").partition(".")
    return ltr(f"{sign}{int(whole):,}{point}{rest}")


def percent(rate: str) -> str:
    """0.15 as it is read: 15%."""
    return f"{(Decimal(rate) * 100).normalize():f}%"


def hijri(day: date, language: Language) -> str | None:
    """The day in the calendar of Umm al-Qura; None outside the years that it is known for."""
    if not _HIJRI_YEARS[0] <= day <= _HIJRI_YEARS[1]:
        return None
    found = Gregorian(day.year, day.month, day.day).to_hijri()
    if language == "en":
        return ltr(f"{found.day} {found.month_name('en')} {found.year} AH")
    return f"\u2067{found.day} {found.month_name('ar')} {found.year} هـ\u2069"
