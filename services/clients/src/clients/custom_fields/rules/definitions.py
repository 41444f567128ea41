"""What a custom field is: its type, what it asks of a value, and where it applies."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from chassis.errors import Invalid, NotFound
from clients.secrets.rules.formats import Format

Type = Literal[
    "text", "long_text", "number", "money", "date", "datetime", "follow_up_time", "boolean",
    "choice", "multi_choice", "url", "id_number", "phone", "email",
]  # fmt: skip
Option = Mapping[str, Any]

CHOICES: Final = frozenset({"choice", "multi_choice"})
NUMBERS: Final = frozenset({"number", "money"})
MOMENTS: Final = frozenset({"datetime", "follow_up_time"})
RANGES: Final = NUMBERS | MOMENTS | {"date"}
# A switch has two values, and a list of options is not one value.
NEVER_UNIQUE: Final = frozenset({"boolean", "multi_choice"})
# What nobody types into a search box, or what has a filter of its own.
NEVER_SEARCHED: Final = frozenset({"boolean"}) | MOMENTS
# One of few values is told by the last letters of it, and a sealed value has no order.
NEVER_SENSITIVE: Final = CHOICES | MOMENTS | {"boolean", "money"}
LAST: Final = 1_000
# Where neither the field nor the company says one.
ANY_CURRENCY: Final = "SAR"


class CustomFieldNotFound(NotFound):
    """No such definition."""

    code = "custom_field_not_found"
    detail = "There is no such custom field."


class OptionsMissing(Invalid):
    """A choice among nothing."""

    code = "options_missing"
    detail = "A field of this type needs options."


class OptionsUnwanted(Invalid):
    """Only choices have options."""

    code = "options_unwanted"
    detail = "A field of this type has no options."


class OptionTwice(Invalid):
    """Two options with one key."""

    code = "option_twice"
    detail = "The option {option} is there twice."


class NotForType(Invalid):
    """What the type cannot be."""

    code = "not_for_type"
    detail = "A field of this type cannot have this."


class SensitiveNotSo(Invalid):
    """What would show a sensitive value to everybody."""

    code = "sensitive"
    detail = "A sensitive field cannot have this."


class DefaultNotUnique(Invalid):
    """A second client could not have it."""

    code = "default_not_unique"
    detail = "A value that is had once cannot be a default."


class UnknownFieldFolder(Invalid):
    """A field would belong to a folder that is not there."""

    code = "unknown_folder"
    detail = "There is no such folder."


@dataclass(frozen=True, slots=True)
class Definition:
    """A custom field, as its values are checked against it."""

    id: UUID
    key: str
    type: Type
    required: bool = False
    unique: bool = False
    searchable: bool = False
    sensitive: bool = False
    format: Format | None = None
    options: Sequence[Option] = ()
    folder_ids: Sequence[UUID] = ()
    default: Any = None
    currency: str | None = None
    is_archived: bool = False

    @property
    def secret_name(self) -> str:
        """What its values stand under among a client's sensitive ones."""
        return f"custom_fields.{self.key}"

    def applies_to(self, folder_id: UUID) -> bool:
        """Whether clients of the folder have it; one that names no folder is for all."""
        return not self.folder_ids or folder_id in self.folder_ids


class Definitions:
    """All fields of a company, by key."""

    __slots__ = ("_at_create", "by_key")

    def __init__(self, fields: Iterable[Definition]) -> None:
        self.by_key = {field.key: field for field in fields}
        # What a create has to look at though its body does not name it.
        self._at_create = [
            field for field in self.by_key.values()
            if not field.is_archived and (field.required or field.default is not None)
        ]  # fmt: skip

    def asked_at_create(self, folder_id: UUID) -> list[Definition]:
        """The fields that need a value, or give one, in this folder."""
        return [field for field in self._at_create if field.applies_to(folder_id)]


def check_kind(
    kind: Type, *, unique: bool, searchable: bool, sensitive: bool = False,
    format: Format | None = None,
) -> None:  # fmt: skip
    """Raises NotForType and SensitiveNotSo."""
    if sensitive and kind in NEVER_SENSITIVE:
        raise NotForType(field="sensitive")
    if sensitive and searchable:
        raise SensitiveNotSo(field="searchable")
    if format and kind != "id_number":
        raise NotForType(field="format")
    if unique and kind in NEVER_UNIQUE:
        raise NotForType(field="unique")
    if searchable and kind in NEVER_SEARCHED:
        raise NotForType(field="searchable")


def options_after(kind: Type, before: Sequence[Option], given: Sequence[Option]) -> list[Option]:
    """The options as given; those left out stay, archived, because clients may have them.

    Raises OptionsMissing, OptionsUnwanted and OptionTwice.
    """
    if kind not in CHOICES:
        if given:
            raise OptionsUnwanted(field="options")
        return []
    if not given:
        raise OptionsMissing(field="options")
    keys: set[str] = set()
    for place, option in enumerate(given):
        if option["key"] in keys:
            raise OptionTwice(field=f"options.{place}.key", option=option["key"])
        keys.add(option["key"])
    gone = [{**option, "archived": True} for option in before if option["key"] not in keys]
    return [*given, *gone]
