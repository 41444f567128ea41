"""Filters of lists by custom fields: the parameters, and the shapes of clauses they make."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from chassis.errors import FieldError, Invalid
from clients.custom_fields.rules.definitions import CHOICES, RANGES, Definition, Definitions
from clients.custom_fields.rules.reading import Refused, parse
from clients.custom_fields.rules.values import position

# Name and value → what the value is found by.
Prints = Callable[[str, str], list[bytes]]
PREFIX: Final = "custom."
NONE: Final = "none"
MOST_FIELDS, MOST_VALUES = 10, 20
_BOUNDS: Final = ("_from", "_to")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a clause looks like, whatever its field and values: one statement serves each."""

    place: int
    values: int
    or_none: bool
    has_low: bool
    has_high: bool
    is_secret: bool

    @property
    def key(self) -> str:
        """The name of the clause, e.g. `custom.0:2:1:0:0:0`; `shape_of` reads it."""
        flags = (self.values, self.or_none, self.has_low, self.has_high, self.is_secret)
        return f"{PREFIX}{self.place}:" + ":".join(str(int(flag)) for flag in flags)

    def bind(self, name: object) -> str:
        """The name of a parameter of the clause."""
        return f"custom_{self.place}_{name}"


@dataclass(frozen=True, slots=True)
class FieldFilter:
    """One field: one of the values, or none at all, or within the bounds."""

    shape: Shape
    field_key: str
    field_id: UUID
    prints: tuple[bytes, ...]
    values: tuple[Any, ...]
    low: int | None
    high: int | None

    @property
    def asked(self) -> list[Any]:
        """What a cursor is tied to."""
        values = [*map(str, self.values), *(one.hex() for one in self.prints)]
        return [self.field_key, *values, self.low, self.high]

    def binds(self) -> dict[str, Any]:
        """The values of the clause's parameters."""
        bind = self.shape.bind
        wanted = {bind(n): {self.field_key: value} for n, value in enumerate(self.values)}
        found = {
            "key": self.field_key, "field": self.field_id, "low": self.low, "high": self.high,
            "secret": f"custom_fields.{self.field_key}", "prints": list(self.prints),
        }  # fmt: skip
        return wanted | {bind(name): value for name, value in found.items()}


def shape_of(key: str) -> Shape:
    """The shape that a clause's name tells."""
    place, values, *flags = (int(part) for part in key.removeprefix(PREFIX).split(":"))
    return Shape(place, values, *(bool(flag) for flag in flags))


def grouped(parameters: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The parameters about custom fields, without their prefix."""
    found: dict[str, list[str]] = {}
    for name, value in parameters:
        if name.startswith(PREFIX):
            found.setdefault(name.removeprefix(PREFIX), []).append(value)
    return found


def field_named(fields: Definitions, name: str) -> tuple[Definition, str] | None:
    """The field of a parameter and the bound it sets; a key that ends like a bound comes first."""
    if field := fields.by_key.get(name):
        return field, ""
    for bound in _BOUNDS:
        field = fields.by_key.get(name.removesuffix(bound)) if name.endswith(bound) else None
        if field and field.type in RANGES and not field.sensitive:
            return field, bound
    return None


def field_filters(
    fields: Definitions, given: Mapping[str, list[str]], country: str, prints: Prints
) -> list[FieldFilter]:
    """The filters, in the order of their keys; raises Invalid, naming the parameters.

    Sensitive values are found whole and by their fingerprints, which `prints` makes.
    """
    errors: list[FieldError] = []
    found: dict[str, _Asked] = {}
    for name, texts in sorted(given.items()):
        try:
            _ask(fields, name, texts, country, found)
        except Refused as error:
            errors.append(FieldError(f"{PREFIX}{name}", error.code, error.detail))
    if errors:
        raise Invalid(errors=tuple(errors))
    asked = [one for _, one in sorted(found.items())]
    return [one.filter(place, prints) for place, one in enumerate(asked)]


@dataclass(slots=True)
class _Asked:
    field: Definition
    values: tuple[Any, ...] = ()
    or_none: bool = False
    low: int | None = None
    high: int | None = None

    def filter(self, place: int, prints: Prints) -> FieldFilter:
        bounded = (self.low is not None, self.high is not None)
        found: tuple[bytes, ...] = ()
        if self.field.sensitive and self.values:
            name = self.field.secret_name
            found = tuple(one for value in self.values for one in prints(name, value))
            self.values = ()
        shape = Shape(place, len(self.values), self.or_none, *bounded, bool(found))
        return FieldFilter(
            shape, self.field.key, self.field.id, found, self.values, self.low, self.high
        )


def _ask(
    fields: Definitions, name: str, texts: list[str], country: str, found: dict[str, _Asked]
) -> None:
    named = field_named(fields, name)
    if named is None:
        raise Refused("There is no such field.", code="unknown_field")
    field, bound = named
    if len(found | {field.key: 0}) > MOST_FIELDS or len(texts) > MOST_VALUES:
        raise Refused("This is too much for one list.", code="too_many")
    asked = found.setdefault(field.key, _Asked(field))
    if bound:
        edge = position(field, parse(field, texts[-1], country))
        asked.low, asked.high = (edge, asked.high) if bound == "_from" else (asked.low, edge)
        return
    asked.or_none = NONE in texts
    wanted = [_wanted(field, text, country) for text in texts if text != NONE]
    asked.values = tuple(dict.fromkeys(wanted))
    if field.type == "multi_choice":  # contained in a list of them
        asked.values = tuple([key] for key in asked.values)


def _wanted(field: Definition, text: str, country: str) -> Any:
    if field.type == "boolean":
        if text not in ("true", "false"):
            raise Refused("This must be true or false.", code="not_a_boolean")
        return text == "true"
    if field.type not in CHOICES:
        return parse(field, text, country)
    # Also an archived one: clients may have it still.
    if text not in {option["key"] for option in field.options}:
        raise Refused("There is no such option.", code="unknown_option")
    return text
