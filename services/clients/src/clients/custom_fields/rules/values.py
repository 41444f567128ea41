"""Values of custom fields: read as typed, kept in one form, and what they are found by."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from email_validator import EmailNotValidError, validate_email

from chassis import money
from chassis.errors import Conflict, FieldError, Invalid
from chassis.folding import fold_compact
from clients.custom_fields.rules.definitions import (
    CHOICES,
    MOMENTS,
    NUMBERS,
    RANGES,
    Definition,
    Definitions,
)  # fmt: skip
from refs import phones

Values = dict[str, Any]

LINE, PAGE = 500, 10_000
# Twelve digits before the point and six behind it fit into a BIGINT.
_NUMBER: Final = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,6})?", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_URL: Final = re.compile(r"https?://[^\s/]+\S*")
_MILLION: Final = 1_000_000
_START: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SEPARATOR: Final = "\x1e"


class Refused(Invalid):
    """One value that its field does not take; told together with the others of the body."""


class ValueTaken(Conflict):
    """Another client has the value of a unique field."""

    code = "custom_field_taken"
    detail = "Another client has this value."


def parse(field: Definition, value: Any, country: str) -> Any:
    """The value in its kept form; numbers are read as dialled in `country`. Raises Refused."""
    if field.type in CHOICES:
        return _chosen(field, value)
    if field.type == "boolean":
        return _boolean(value)
    text = _text(value, PAGE if field.type == "long_text" else LINE)
    if field.type == "money":
        return _money(text, field.currency or "")
    return _phone(text, country) if field.type == "phone" else _READERS[field.type](text)


def created(fields: Definitions, folder_id: UUID, given: Mapping[str, Any], country: str) -> Values:
    """The values of a new client: given ones checked, defaults filled in; raises Invalid."""
    values, errors = _read(fields, folder_id, given, country)
    for field in fields.asked_at_create(folder_id):
        if values.get(field.key) is not None or field.key in errors:
            continue
        if field.default is not None and field.key not in given:
            values[field.key] = field.default
        elif field.required:
            errors[field.key] = Refused("This field is required.", code="required")
    _raise(errors)
    return {key: value for key, value in values.items() if value is not None}


def changed(
    fields: Definitions, folder_id: UUID, stored: Mapping[str, Any],
    given: Mapping[str, Any] | None, country: str,
) -> Values:  # fmt: skip
    """The values after a merge patch: null takes one away, and all of them as a whole."""
    if given is None:
        given = dict.fromkeys(stored)
    values, errors = _read(fields, folder_id, given, country, known=stored)
    for key, value in values.items():
        field = fields.by_key.get(key)
        if value is None and field and field.required and field.applies_to(folder_id):
            errors[key] = Refused("This field is required.", code="required")
    _raise(errors)
    return {key: value for key, value in {**stored, **values}.items() if value is not None}


def searched_text(fields: Definitions, values: Mapping[str, Any]) -> str | None:
    """What the search box finds a client by, besides its own columns."""
    found = [
        part for key, value in values.items()
        if (field := fields.by_key.get(key)) and field.searchable for part in _words(field, value)
    ]  # fmt: skip
    return _SEPARATOR.join(found) or None


def positions(fields: Definitions, values: Mapping[str, Any]) -> dict[UUID, int]:
    """Where numbers, money, dates and moments stand among all of their field."""
    return {
        field.id: position(field, value) for key, value in values.items()
        if (field := fields.by_key.get(key)) and field.type in RANGES
    }  # fmt: skip


def position(field: Definition, value: str) -> int:
    """A whole number that rises with the value: millionths, days, or microseconds since 1970."""
    if field.type in NUMBERS:
        return int(Decimal(value) * _MILLION)
    if field.type == "date":
        return date.fromisoformat(value).toordinal()
    since = datetime.fromisoformat(value) - _START
    return (since.days * 86_400 + since.seconds) * _MILLION + since.microseconds


def unique_keys(fields: Definitions, values: Mapping[str, Any]) -> dict[UUID, bytes]:
    """What no two clients may share: equal for two spellings of one value."""
    return {
        field.id: sha256(fold_compact(value).encode()).digest() for key, value in values.items()
        if (field := fields.by_key.get(key)) and field.unique
    }  # fmt: skip


def _read(
    fields: Definitions, folder_id: UUID, given: Mapping[str, Any], country: str,
    known: Mapping[str, Any] | None = None,
) -> tuple[Values, dict[str, Refused]]:  # fmt: skip
    values: Values = {}
    errors: dict[str, Refused] = {}
    for key, value in given.items():
        try:
            if known and key in known and value in (None, known[key]):
                values[key] = value  # taken away or left: also where the field is not for it now
                continue
            field = _usable(fields.by_key.get(key), folder_id)
            values[key] = None if value is None else parse(field, value, country)
        except Refused as error:
            errors[key] = error
    return values, errors


def _usable(field: Definition | None, folder_id: UUID) -> Definition:
    if field is None:
        raise Refused("There is no such field.", code="unknown_field")
    if field.is_archived:
        raise Refused("This field is archived.", code="field_archived")
    if not field.applies_to(folder_id):
        raise Refused("Clients in this folder do not have this field.", code="field_not_in_folder")
    return field


def _raise(errors: Mapping[str, Refused]) -> None:
    if errors:
        raise Invalid(errors=tuple(
            FieldError(f"custom_fields.{key}", error.code, error.detail)
            for key, error in errors.items()
        ))  # fmt: skip


def _words(field: Definition, value: Any) -> list[str]:
    if field.type not in CHOICES:
        return [str(value)]
    chosen = [value] if isinstance(value, str) else value
    labels = {option["key"]: option["label"] for option in field.options}
    return [text for key in chosen for text in labels.get(key, {}).values()]


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
        if not _DATE.fullmatch(text):
            raise ValueError
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Refused("Write the date like 2026-05-17.", code="not_a_date") from None


def _moment(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        message = "Write the time like 2026-05-17T09:30:00Z."
        raise Refused(message, code="not_a_time") from None


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
