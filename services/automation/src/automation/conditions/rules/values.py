"""Kinds of field values: which operators each has, how both sides are read, how they compare."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from chassis.folding import fold

MOST_VALUES: Final = 200
LONGEST_TEXT: Final = 1_000
_MOST_DIGITS: Final = 40


class Kind(StrEnum):
    """What a field holds; `any` is a field of an event whose contents nobody published."""

    TEXT = "text"
    ID = "id"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    LIST = "list"
    ANY = "any"


class Unreadable(ValueError):
    """A value that is not of the kind asked for."""


_EQUAL: Final = ("eq", "ne", "in", "not_in")
_PART: Final = ("contains", "not_contains", "starts_with", "ends_with")
_ORDER: Final = ("gt", "gte", "lt", "lte", "between")
OPERATORS: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.TEXT: (*_EQUAL, *_PART, "exists"),
    Kind.ID: (*_EQUAL, "exists"),
    Kind.NUMBER: (*_EQUAL, *_ORDER, "exists"),
    Kind.BOOLEAN: ("eq", "ne", "exists"),
    Kind.DATE: (*_EQUAL, *_ORDER, "exists"),
    Kind.DATETIME: (*_EQUAL, *_ORDER, "exists"),
    Kind.LIST: ("contains", "not_contains", "contains_any", "contains_all", "exists"),
    Kind.ANY: (*_EQUAL, *_PART, *_ORDER, "exists"),
}
# The negative operators are the exact opposite of these, also where the field is absent.
NEGATIONS: Final = {"ne": "eq", "not_in": "in", "not_contains": "contains"}
# Parts of an entry of `client.phones`, `client.emails` and `client.staff` that stand for it.
_NAMES_OF_ENTRY: Final = ("user_id", "e164", "address", "number", "id")


def expected(kind: Kind, operator: str, value: Any) -> Any:
    """The value a condition compares with, as `compare` needs it; raises Unreadable."""
    if operator == "exists":
        return _boolean(True if value is None else value)
    read = _READERS[kind] if kind is not Kind.LIST else _text
    if operator == "between":
        low, high = (read(part) for part in _several(value, 2, 2))
        return low, high
    if operator in ("in", "not_in", "contains_any", "contains_all"):
        return frozenset(read(part) for part in _several(value, 1, MOST_VALUES))
    return read(value)


def observed(kind: Kind, raw: Any) -> Any:
    """What a fact holds, or None where it is absent, empty or not of the kind."""
    if raw is None or raw in ("", [], {}):
        return None
    try:
        return _READERS[kind](raw)
    except Unreadable:
        return None


def compare(kind: Kind, operator: str, actual: Any, value: Any) -> bool:
    """Whether the comparison holds. Nothing compares with an absent field but `exists`."""
    if operator in NEGATIONS:
        return not compare(kind, NEGATIONS[operator], actual, value)
    if operator == "exists":
        return (actual is not None) is value
    if actual is None:
        return False
    try:
        return _COMPARISONS[operator](actual, value)
    except TypeError:  # only of kind `any`: a number held against a text
        return False


def _part_of(actual: Any, value: Any) -> bool:
    if isinstance(actual, frozenset):
        return value in actual
    return fold(str(value)) in fold(str(actual))


_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "eq": lambda actual, value: bool(actual == value),
    "in": lambda actual, value: actual in value,
    "gt": lambda actual, value: bool(actual > value),
    "gte": lambda actual, value: bool(actual >= value),
    "lt": lambda actual, value: bool(actual < value),
    "lte": lambda actual, value: bool(actual <= value),
    "between": lambda actual, value: bool(value[0] <= actual <= value[1]),
    "contains": _part_of,
    "contains_any": lambda actual, value: bool(actual & value),
    "contains_all": lambda actual, value: bool(actual >= value),
    "starts_with": lambda actual, value: fold(str(actual)).startswith(fold(str(value))),
    "ends_with": lambda actual, value: fold(str(actual)).endswith(fold(str(value))),
}


def _several(value: Any, fewest: int, most: int) -> list[Any]:
    if not isinstance(value, list) or not fewest <= len(value) <= most:
        raise Unreadable
    return value


def _text(raw: Any) -> str:
    if not isinstance(raw, str) or len(raw) > LONGEST_TEXT:
        raise Unreadable
    return raw


def _id(raw: Any) -> str:
    try:
        return str(UUID(_text(raw)))
    except ValueError as error:
        raise Unreadable from error


def _number(raw: Any) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise Unreadable
    text = str(raw)
    try:
        number = Decimal(text) if len(text) <= _MOST_DIGITS else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        raise Unreadable
    return number


def _boolean(raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise Unreadable
    return raw


def _date(raw: Any) -> date:
    try:
        return date.fromisoformat(_text(raw)[:10])
    except ValueError as error:
        raise Unreadable from error


def _datetime(raw: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(raw))
    except ValueError as error:
        raise Unreadable from error
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError as error:
        raise Unreadable from error


def _list(raw: Any) -> frozenset[str]:
    if not isinstance(raw, list):
        raise Unreadable
    return frozenset(_entry(entry) for entry in raw)


def _entry(entry: Any) -> str:
    if isinstance(entry, Mapping):
        return str(next((entry[name] for name in _NAMES_OF_ENTRY if entry.get(name)), ""))
    return str(entry)


def _any(raw: Any) -> Any:
    """Numbers as numbers, also those written as text; lists as lists; the rest as text."""
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, list):
        return _list(raw)
    try:
        return _number(raw)
    except Unreadable:
        return _text(raw)


_READERS: Final[dict[Kind, Callable[[Any], Any]]] = {
    Kind.TEXT: _text, Kind.ID: _id, Kind.NUMBER: _number, Kind.BOOLEAN: _boolean,
    Kind.DATE: _date, Kind.DATETIME: _datetime, Kind.LIST: _list, Kind.ANY: _any,
}  # fmt: skip
