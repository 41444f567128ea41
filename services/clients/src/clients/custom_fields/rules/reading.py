"""What is typed into a custom field, read into the one form in which it is kept."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from email_validator import EmailNotValidError, validate_email

from chassis import hijri, money
from chassis.errors import Invalid
from clients.custom_fields.rules.definitions import CHOICES, MOMENTS, Definition
from clients.secrets.rules import formats
from refs import phones

LINE, PAGE = 500, 10_000
# Twelve digits before the point and six behind it fit into a BIGINT.
_NUMBER: Final = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,6})?", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_URL: Final = re.compile(r"https?://[^\s/]+\S*")


class Refused(Invalid):
    """One value that its field does not take; told together with the others of the body."""


def parse(field: Definition, value: Any, country: str) -> Any:
    """The value in its kept form; numbers are read as dialled in `country`. Raises Refused."""
    if field.type in CHOICES:
        return _chosen(field, value)
    if field.type == "boolean":
        return _boolean(value)
    text = _text(value, PAGE if field.type == "long_text" else LINE)
    if field.type == "money":
        return _money(text, field.currency or "")
    if field.type == "id_number":
        return _id_number(field, text)
    return _phone(text, country) if field.type == "phone" else _READERS[field.type](text)


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str):
        raise Refused("This must be a text.", code="not_a_text")
    text = value.strip()
    if not text:
        raise Refused("Give a value, or null for none.", code="blank")
    if "\0" in text:
        raise Refused("A text may not hold a null character.", code="null_character")
    if len(text) > most:
        raise Refused("This text is too long.", code="too_long")
    return text


def _number(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise Refused("Write the number like 12.5, with six decimals at most.", code="not_a_number")
    value = Decimal(text)
    # Without an exponent, a trailing zero or a signed zero: equal numbers are one text.
    return format(value.normalize(), "f") if value else "0"


def _money(text: str, currency: str) -> str:
    try:
        if not _NUMBER.fullmatch(text):
            raise ValueError
        amount = money.Money.parse(text, currency)
    except ValueError:
        message = "Write the amount like 115.00, with the currency's digits."
        raise Refused(message, code="not_an_amount") from None
    return amount.format()


def _date(text: str) -> str:
    try:
        if (found := hijri.day(text)) is not None:
            return found.isoformat()
        if not _DATE.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Refused(
            "Write the date like 2026-05-17, or 1447-09-01 AH.", code="not_a_date"
        ) from None


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        message = "Write the time like 2026-05-17T09:30:00Z."
        raise Refused(message, code="not_a_time") from None


def _id_number(field: Definition, text: str) -> str:
    number = formats.bare(text)
    if number is None or (field.format and not formats.has_form(number, field.format)):
        raise Refused("This is not a number of this kind.", code="not_an_id_number")
    return number


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Refused("This must be true or false.", code="not_a_boolean")
    return value


def _url(text: str) -> str:
    if not _URL.fullmatch(text):
        raise Refused("Write the whole address, like https://example.com.", code="not_a_url")
    return text


def _phone(text: str, country: str) -> str:
    if (number := phones.normalize(text, country)) is None:
        raise Refused("This is not a phone number.", code="not_a_phone")
    return number


def _email(text: str) -> str:
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise Refused("This is not an e-mail address.", code="not_an_email") from None
    return found.normalized.lower()


def _chosen(field: Definition, value: Any) -> Any:
    open_keys = {option["key"] for option in field.options if not option.get("archived")}
    several = value if field.type == "multi_choice" else [value]
    if not isinstance(several, list) or not all(isinstance(key, str) for key in several):
        raise Refused("Name options by their keys.", code="not_an_option")
    if not set(several) <= open_keys:
        raise Refused("There is no such option.", code="unknown_option")
    if field.type == "choice":
        return value
    if not several:
        raise Refused("Give a value, or null for none.", code="blank")
    return list(dict.fromkeys(several))


_READERS: Final[Mapping[str, Callable[[str], str]]] = {
    "text": str, "long_text": str, "number": _number, "date": _date, "url": _url, "email": _email,
    **dict.fromkeys(MOMENTS, _moment),
}  # fmt: skip
