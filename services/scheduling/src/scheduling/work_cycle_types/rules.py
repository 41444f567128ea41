"""Types of work cycles: how a business calls its work, and which steps that takes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final, Literal, Protocol
from uuid import UUID

from chassis.errors import Conflict, Invalid, NotFound

MOST_STATUSES: Final = 30
MOST_FIELDS: Final = 50
_DIGITS: Final = 5
Json = dict[str, Any]
Group = Literal["open", "closed"]


class FieldType(StrEnum):
    """What a field of the business's own holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    CHOICE = "choice"


class BudgetFrom(StrEnum):
    """By what a budget is used up."""

    EXPENSES = "expenses"
    INVOICES = "invoices"


class Section(StrEnum):
    """What may stand on a cycle's paper, besides what it is and whose."""

    STAFF = "staff"
    CUSTOM_FIELDS = "custom_fields"
    DOCUMENTS = "documents"
    SUMS = "sums"
    BUDGET = "budget"
    DESCRIPTION = "description"
    NOTES = "notes"


class CycleType(Protocol):
    """What work cycles look at of their type."""

    @property
    def id(self) -> UUID: ...
    @property
    def prefix(self) -> str: ...
    @property
    def statuses(self) -> list[Json]: ...
    @property
    def action_ids(self) -> list[UUID]: ...
    @property
    def custom_fields(self) -> list[Json]: ...


# Of a type that says nothing of its own.
STATUSES: Final[tuple[Json, ...]] = (
    {"name": {"ar": "قيد التنفيذ", "en": "In progress"}, "color": "#3366cc", "group": "open"},
    {"name": {"ar": "مكتملة", "en": "Completed"}, "color": "#339966", "group": "closed"},
    {"name": {"ar": "ملغاة", "en": "Cancelled"}, "color": "#999999", "group": "closed"},
)


class TypeNotFound(NotFound):
    """No such type."""

    code = "work_cycle_type_not_found"
    detail = "There is no such type of work cycle."


class UnknownType(Invalid):
    """A body names a type that is not there, or not used any more."""

    code = "unknown_reference"
    detail = "There is no such type of work cycle in use."


class TypeInUse(Conflict):
    """Something is of it."""

    code = "work_cycle_type_in_use"
    detail = "There are work cycles of this type. Make it inactive instead."


class StatusInUse(Conflict):
    """Something stands there."""

    code = "work_cycle_status_in_use"
    detail = "There are work cycles in a status that would go, or be of the other group."


class OpenStatusNeeded(Invalid):
    """What begins has to stand somewhere."""

    code = "open_status_needed"
    detail = "One status at least is open; what begins starts in one that is."


class NamedTwice(Invalid):
    """Two of one name."""

    code = "named_twice"
    detail = "Each has an id or a key of its own."


class OptionsNeeded(Invalid):
    """Nobody can choose."""

    code = "options_needed"
    detail = "A choice has options, and nothing else has."


class UnknownField(Invalid):
    """The type has no such field."""

    code = "unknown_custom_field"
    detail = "This type has no such field."


class FieldNeeded(Invalid):
    """The type calls for it."""

    code = "required"
    detail = "This type needs this field."


class NotAValue(Invalid):
    """Of another type than the field's."""

    code = "invalid_value"
    detail = "This is no value of this field."


def statuses(given: Sequence[Mapping[str, Any]], new_ids: Sequence[UUID]) -> list[Json]:
    """Statuses as they are kept, one of the open ones as the default.

    Raises OpenStatusNeeded and NamedTwice.
    """
    found = [
        {**one, "id": str(one.get("id") or new), "default": bool(one.get("default"))}
        for one, new in zip(given, new_ids, strict=True)
    ]
    _check_each_once([one["id"] for one in found], "statuses", "id")
    chosen = [place for place, one in enumerate(found) if one["default"]]
    opened = [place for place, one in enumerate(found) if one["group"] == "open"]
    if not opened or len(chosen) > 1 or not set(chosen) <= set(opened):
        raise OpenStatusNeeded(field="statuses")
    found[(chosen or opened)[0]]["default"] = True
    return found


def default_status(kept: Sequence[Mapping[str, Any]]) -> UUID:
    """Where what begins stands."""
    return next(UUID(one["id"]) for one in kept if one["default"])


def group_of(kept: Sequence[Mapping[str, Any]], status_id: UUID) -> Group | None:
    """Whether a status is open or closed; None where the type has no such one."""
    return next((one["group"] for one in kept if one["id"] == str(status_id)), None)


def lost(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[UUID]:
    """Statuses that are no more, or of the other group, and so may hold nothing."""
    kept = {(one["id"], one["group"]) for one in after}
    return [UUID(one["id"]) for one in before if (one["id"], one["group"]) not in kept]


def check_fields(fields: Sequence[Mapping[str, Any]]) -> None:
    """Raises NamedTwice and OptionsNeeded."""
    _check_each_once([one["key"] for one in fields], "custom_fields", "key")
    for place, one in enumerate(fields):
        if (one["type"] == FieldType.CHOICE) != bool(one["options"]):
            raise OptionsNeeded(field=f"custom_fields.{place}.options")


def checked_values(fields: Sequence[Mapping[str, Any]], values: Mapping[str, Any]) -> Json:
    """What a cycle holds in the fields of its type, empty ones left out.

    Raises UnknownField, FieldNeeded and NotAValue.
    """
    known = {one["key"]: one for one in fields}
    for key in values:
        if key not in known:
            raise UnknownField(field=f"custom_fields.{key}")
    found = {key: value for key, value in values.items() if value not in (None, "")}
    for key, one in known.items():
        if key not in found and one["required"]:
            raise FieldNeeded(field=f"custom_fields.{key}")
        if key in found and not _fits(one, found[key]):
            raise NotAValue(field=f"custom_fields.{key}")
    return found


def number(prefix: str, place: int) -> str:
    """What a cycle is called: WC-00042."""
    return f"{prefix}{place:0{_DIGITS}d}"


def _fits(field: Mapping[str, Any], value: Any) -> bool:
    if field["type"] == FieldType.BOOLEAN:
        return isinstance(value, bool)
    if not isinstance(value, str):
        return False
    if field["type"] == FieldType.CHOICE:
        return value in field["options"]
    if field["type"] == FieldType.DATE:
        return _is_day(value)
    return field["type"] == FieldType.TEXT or _is_number(value)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite() and len(text) <= 30
    except InvalidOperation:
        return False


def _check_each_once(names: Collection[str], field: str, name: str) -> None:
    seen: set[str] = set()
    for place, one in enumerate(names):
        if one in seen:
            raise NamedTwice(field=f"{field}.{place}.{name}")
        seen.add(one)
