"""Values of clients' fields: phone numbers, addresses, codes of countries and currencies."""

import re
from datetime import date
from functools import cache
from typing import Annotated, Any, Final, Literal

import pycountry
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from chassis import hijri, money
from chassis.shapes import FIRST_DAY, LAST_DAY, Text
from refs import phones

# Nearly every address is of this form; the library's full check takes fifty times as long.
_PLAIN_EMAIL: Final = re.compile(
    r"(?=[^@]{1,64}@.{4,150}$)[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"(?!(?:arpa|invalid|local|localhost|onion|test)$)[A-Za-z]{2,24}"
)
_MOST_DIGITS: Final = 20
_FIRST_BIRTH: Final = 1900


@cache
def _countries() -> frozenset[str]:
    return frozenset(country.alpha_2 for country in pycountry.countries)


def _country(code: str) -> str:
    if code not in _countries():
        raise ValueError("This is not a country code of ISO 3166, like SA.")
    return code


def _currency(code: str) -> str:
    try:
        money.digits(code)
    except ValueError:
        raise ValueError("This is not a currency code of ISO 4217, like SAR.") from None
    return code


def _phone(number: str) -> str:
    if not 3 <= len(phones.ascii_digits(number)) <= _MOST_DIGITS:
        raise ValueError("This is not a phone number.")
    return number


def _email(address: str) -> str:
    if _PLAIN_EMAIL.fullmatch(address):
        return address
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise ValueError("This is not an e-mail address.") from None
    return address


def _day(typed: Any) -> Any:
    try:
        return (isinstance(typed, str) and hijri.day(typed)) or typed
    except ValueError:
        raise ValueError("There is no such day in the Hijri calendar of 1343 to 1500.") from None


def _of_our_time(given: date) -> date:
    if given.year < _FIRST_BIRTH:
        raise ValueError(
            "Nobody alive was born then. Write the date like 1990-05-17 or 1410-10-22."
        )
    return given


def _empty_for_null(value: Any) -> Any:
    return [] if value is None else value


Line = Annotated[Text, StringConstraints(max_length=500)]
Country = Annotated[str, StringConstraints(to_upper=True), AfterValidator(_country)]
Currency = Annotated[str, StringConstraints(to_upper=True), AfterValidator(_currency)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
PhoneNumber = Annotated[Text, StringConstraints(max_length=50), AfterValidator(_phone)]
EmailAddress = Annotated[Text, StringConstraints(max_length=254), AfterValidator(_email)]
Link = Annotated[Text, StringConstraints(max_length=2000, pattern=r"^https?://[^\s/]+\S*$")]
_IN_EITHER: Final = (
    "In the Gregorian calendar, in which it is kept and shown, or in that of Umm al-Qura: a year"
    " from 1300 to 1500 is a Hijri one, with `هـ` or `AH` after the date or without."
)
_Day = Annotated[date, BeforeValidator(_day), Field(description=_IN_EITHER, le=LAST_DAY)]
Day = Annotated[_Day, Field(ge=FIRST_DAY)]
BirthDate = Annotated[_Day, AfterValidator(_of_our_time)]
# With as many decimals as the currency has, which is known where the client is.
Amount = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,4})?$")]
NotNegative = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$")]
Invoicing = Literal["print", "email"]
Kind = Literal["lead", "client", "contact"]
Type = Literal["individual", "business"]


def many(kind: Any, most: int) -> Any:
    """A list of at most so many; null empties it."""
    return Annotated[list[kind], Field(max_length=most), BeforeValidator(_empty_for_null)]
