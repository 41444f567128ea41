"""Public holidays of countries, as a library knows them, in Arabic and English."""

from datetime import date
from functools import cache, lru_cache
from typing import Final
from uuid import UUID

import holidays

_MARK: Final = b"hday"
_ENGLISH: Final = "en_US"
FIRST_YEAR, LAST_YEAR = 1990, 2100

Names = dict[str, str]


@cache
def countries() -> frozenset[str]:
    """The countries whose holidays are known, by the two letters of ISO 3166."""
    return frozenset(holidays.list_supported_countries(include_aliases=False))


@lru_cache(maxsize=256)
def days_of(country: str, year: int) -> tuple[tuple[date, Names], ...]:
    """The days of a year, each with its names; Islamic ones may be estimates until announced.

    A language that the library does not have for the country is left out; one of them is there.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return ()
    known = _languages().get(country, ())
    arabic = next((one for one in known if one.partition("_")[0] == "ar"), None)
    asked = {"ar": arabic, "en": _ENGLISH if _ENGLISH in known or arabic is None else None}
    named = {
        language: holidays.country_holidays(country, years=year, language=code)
        for language, code in asked.items() if code is not None
    }  # fmt: skip
    days = sorted({day for found in named.values() for day in found})
    return tuple(
        (day, {language: found[day] for language, found in named.items() if day in found})
        for day in days
    )


def id_of(country: str, day: date) -> UUID:
    """What such a day is known by: a UUID of version 8 (RFC 9562) that tells both."""
    ordinal = day.toordinal().to_bytes(4, "big")
    return UUID(bytes=_MARK + country.encode() + b"\x80\x00\x80\x00\x00\x00" + ordinal)


def read_id(holiday_id: UUID) -> tuple[str, date] | None:
    """The country and day of such an id; None for any other one."""
    raw = holiday_id.bytes
    try:
        country, day = raw[4:6].decode(), date.fromordinal(int.from_bytes(raw[12:], "big"))
    except (UnicodeDecodeError, ValueError, OverflowError):
        return None
    return (country, day) if id_of(country, day) == holiday_id else None


@cache
def days_off_of(country: str) -> frozenset[int]:
    """On which days of the week nobody works there, Monday being 0; none where nobody knows."""
    if country not in countries():
        return frozenset()
    return frozenset(holidays.country_holidays(country).weekend)


@cache
def _languages() -> dict[str, list[str]]:
    return holidays.list_localized_countries(include_aliases=False)
