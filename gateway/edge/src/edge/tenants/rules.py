"""What a country brings with it, and how a company may present itself."""

import uuid
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Literal
from uuid import UUID
from zoneinfo import available_timezones

import pycountry
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages
from babel.numbers import get_territory_currencies

from chassis import money
from chassis.errors import Conflict, Invalid

Weekday = Literal["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
_FROM_MONDAY: Final[tuple[Weekday, ...]] = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip

# Standard rates as of 2026, by the tax authorities; a company corrects them in its taxes.
# SA: Royal Order A/638 of 2020; AE: Federal Decree-Law 8 of 2017, article 3; BH: Decree-Law 48 of
# 2018, amended by Law 33 of 2021; OM: Royal Decree 121/2020; EG: Law 67 of 2016, article 3. Kuwait
# and Qatar have no VAT yet.
_VAT: Final = {
    "SA": "0.15", "AE": "0.05", "EG": "0.14", "BH": "0.10", "OM": "0.05", "JO": "0.16",
    "LB": "0.11", "MA": "0.20", "TN": "0.19", "DZ": "0.19", "SD": "0.17", "YE": "0.05",
    "PS": "0.16", "MR": "0.16", "TR": "0.20", "GB": "0.20", "DE": "0.19", "FR": "0.20",
    "ES": "0.21", "IT": "0.22", "NL": "0.21", "IN": "0.18", "PK": "0.18", "MY": "0.10",
}  # fmt: skip
# Where a country has several zones, the one most of its people live in; others come first in CLDR.
_BUSIEST_ZONE: Final = {
    "US": "America/New_York", "CA": "America/Toronto", "BR": "America/Sao_Paulo",
    "AU": "Australia/Sydney", "RU": "Europe/Moscow", "MX": "America/Mexico_City",
    "ID": "Asia/Jakarta", "KZ": "Asia/Almaty", "PS": "Asia/Hebron", "CD": "Africa/Kinshasa",
    "ES": "Europe/Madrid", "PT": "Europe/Lisbon", "CL": "America/Santiago",
    "AR": "America/Argentina/Buenos_Aires", "NZ": "Pacific/Auckland", "MY": "Asia/Kuala_Lumpur",
}  # fmt: skip


class UnknownCountry(Invalid):
    """Not a code of ISO 3166-1."""

    code = "unknown_country"
    detail = "A country is written with the two letters of ISO 3166-1, like SA."


class UnknownCurrency(Invalid):
    """Not a code of ISO 4217."""

    code = "unknown_currency"
    detail = "A currency is written with the three letters of ISO 4217, like SAR."


class UnknownTimezone(Invalid):
    """Not a name of the IANA database."""

    code = "unknown_timezone"
    detail = "A time zone is written like Asia/Riyadh."


class EmailTaken(Conflict):
    """The address has an identity, and this is not its password."""

    code = "email_taken"
    detail = "This e-mail address is registered already, with another password."


@dataclass(frozen=True, slots=True)
class Customs:
    """How a country writes money and time; a company may choose otherwise."""

    country: str
    currency: str
    timezone: str
    locale: str
    vat_rate: str
    week_start: Weekday
    weekend: list[Weekday]


def customs_of(country: str) -> Customs:
    """What is usual in a country (CLDR, and the VAT table above); raises UnknownCountry."""
    code = country.strip().upper()
    if len(code) != 2 or pycountry.countries.get(alpha_2=code) is None:
        raise UnknownCountry(field="country")
    currencies = get_territory_currencies(code)
    zones = get_global("territory_zones").get(code) or ["UTC"]
    first, *weekend = _week(code)
    return Customs(
        country=code, currency=currencies[0] if currencies else "USD",
        timezone=_BUSIEST_ZONE.get(code, zones[0]),
        locale="ar" if "ar" in get_official_languages(code) else "en",
        vat_rate=_VAT.get(code, ""), week_start=first, weekend=weekend,
    )  # fmt: skip


def check_currency(currency: str) -> str:
    """The currency in capitals; raises UnknownCurrency."""
    try:
        money.digits(currency.upper())
    except ValueError:
        raise UnknownCurrency(field="currency") from None
    return currency.upper()


def check_timezone(timezone: str) -> str:
    """The zone as it is; raises UnknownTimezone."""
    if timezone not in available_timezones():
        raise UnknownTimezone(field="timezone")
    return timezone


def id_for(email: str, key: str) -> UUID:
    """The id of a company signed up for with an Idempotency-Key: the same again for the same key.

    Version 8 (RFC 9562), because it does not tell the time it was made.
    """
    raw = bytearray(sha256(f"{email}\0{key}".encode()).digest()[:16])
    raw[6] = raw[6] & 0x0F | 0x80
    raw[8] = raw[8] & 0x3F | 0x80
    return uuid.UUID(bytes=bytes(raw))


def _week(country: str) -> list[Weekday]:
    try:
        found = Locale.parse(f"und_{country}")
    except (UnknownLocaleError, ValueError):
        found = Locale("en")
    start, last = found.weekend_start, found.weekend_end
    days = [start] if start == last else [start, last]
    return [_FROM_MONDAY[day] for day in (found.first_week_day, *days)]
