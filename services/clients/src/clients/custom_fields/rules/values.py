"""Values of custom fields on a client: checked together, and what they are found by."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from chassis.errors import Conflict, FieldError, Invalid
from chassis.folding import fold_compact
from clients.custom_fields.rules.definitions import (
    CHOICES,
    NUMBERS,
    RANGES,
    Definition,
    Definitions,
)  # fmt: skip
from clients.custom_fields.rules.reading import Refused, parse
from clients.secrets.rules import formats

Values = dict[str, Any]

_MILLION: Final = 1_000_000
_START: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SEPARATOR: Final = "\x1e"


class ValueTaken(Conflict):
    """Another client has the value of a unique field."""

    code = "custom_field_taken"
    detail = "Another client has this value."


class Secret:
    """A sensitive value on its way to where it is sealed: printed nowhere."""

    __slots__ = ("clear",)

    def __init__(self, clear: str) -> None:
        self.clear = clear


def created(
    fields: Definitions, folder_id: UUID, given: Mapping[str, Any], country: str, *,
    requires: bool = True,
) -> Values:  # fmt: skip
    """The values of a new client: given ones checked, defaults filled in; raises Invalid."""
    values, errors = _read(fields, folder_id, given, country)
    for field in fields.asked_at_create(folder_id):
        if values.get(field.key) is not None or field.key in errors:
            continue
        if field.default is not None and field.key not in given:
            values[field.key] = field.default
        elif field.required and requires:
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


def concealed(fields: Definitions, values: Mapping[str, Any]) -> tuple[Values, dict[str, str]]:
    """The values as they are shown, and in clear those to be sealed, by their names there."""
    shown, clear = dict(values), {}
    for key, value in values.items():
        if isinstance(value, Secret):
            shown[key] = formats.masked(value.clear)
            clear[fields.by_key[key].secret_name] = value.clear
    return shown, clear


def secret_names(fields: Definitions, keys: Iterable[str]) -> set[str]:
    """What the values of the sensitive ones among these fields stand under."""
    found = (fields.by_key.get(key) for key in keys)
    return {field.secret_name for field in found if field and field.sensitive}


def searched_text(fields: Definitions, values: Mapping[str, Any]) -> str | None:
    """What the search box finds a client by, besides its own columns."""
    found = [
        part for key, value in values.items()
        if (field := fields.by_key.get(key)) and field.searchable and not field.sensitive
        for part in _words(field, value)
    ]  # fmt: skip
    return _SEPARATOR.join(found) or None


def positions(fields: Definitions, values: Mapping[str, Any]) -> dict[UUID, int]:
    """Where numbers, money, dates and moments stand among all of their field."""
    return {
        field.id: position(field, value) for key, value in values.items()
        if (field := fields.by_key.get(key)) and field.type in RANGES
        and not field.sensitive
    }  # fmt: skip


def position(field: Definition, value: str) -> int:
    """A whole number that rises with the value: millionths, days, or microseconds since 1970."""
    if field.type in NUMBERS:
        return int(Decimal(value) * _MILLION)
    if field.type == "date":
        return date.fromisoformat(value).toordinal()
    since = datetime.fromisoformat(value) - _START
    return (since.days * 86_400 + since.seconds) * _MILLION + since.microseconds


def follow_up_times(
    fields: Definitions, before: Mapping[str, Any], values: Mapping[str, Any]
) -> dict[str, datetime | None]:
    """When the client is to be followed up, by fields that differ; None: no more."""
    return {
        field.secret_name: datetime.fromisoformat(values[key]) if key in values else None
        for key in sorted(before.keys() | values.keys())
        if (field := fields.by_key.get(key)) and field.type == "follow_up_time"
        and not field.sensitive and before.get(key) != values.get(key)
    }  # fmt: skip


def unique_keys(fields: Definitions, values: Mapping[str, Any]) -> dict[UUID, bytes]:
    """What no two clients may share: equal for two spellings of one value."""
    return {
        field.id: sha256(fold_compact(value).encode()).digest() for key, value in values.items()
        if (field := fields.by_key.get(key)) and field.unique and not field.sensitive
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
            kept = None if value is None else parse(field, value, country)
            values[key] = Secret(kept) if kept is not None and field.sensitive else kept
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
