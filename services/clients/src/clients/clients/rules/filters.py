"""A list's parameters as the filters of its query."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from chassis.folding import fold_compact
from clients.clients.rules.search import TextFilter, text_filter
from clients.custom_fields.rules.filters import PREFIX, FieldFilter
from clients.secrets.rules.formats import HIDDEN

NONE: Final = "none"
_TEXTS: Final = frozenset({"q", "name", "phone", "email", "link"})
_EMPTY: Final = frozenset({"phone", "email", "link"})
_OR_NONE: Final = frozenset(
    {
        "category_id",
        "follow_up_status_id",
        "staff_id",
        "package_id",
        "tag",
        "currency",
        "country_code",
    }
)
_UPPER: Final = ("currency", "country_code")


# What a filter would tell of a client beside what is always shown.
TELLS: Final[Mapping[str, tuple[str, ...]]] = {
    "phone": ("phones",), "email": ("emails",), "link": ("links",),
    "tag": ("tags",), "tag_all": ("tags",), "without_tag": ("tags",),
    "follow_up_status_id": ("pinned_status_id", "follow_up_status_id"),
    **{name: (name,) for name in (
        "category_id", "currency", "country_code", "external_id", "national_id", "barcode",
    )},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of clients asks for: plain filters, typed text, custom fields."""

    plain: Mapping[str, Any]
    texts: Sequence[TextFilter] = ()
    fields: Sequence[FieldFilter] = ()

    @property
    def given(self) -> dict[str, Any]:
        """All filters by the names of their clauses, as a cursor is tied to them."""
        texts = {found.key: found.alternatives for found in self.texts}
        return {**self.plain, **texts, **{found.shape.key: found.asked for found in self.fields}}

    def binds(self) -> dict[str, Any]:
        """The values of the clauses of text and custom fields."""
        shaped: list[TextFilter | FieldFilter] = [*self.texts, *self.fields]
        return {name: value for found in shaped for name, value in found.binds().items()}

    @property
    def tells(self) -> set[str]:
        """The fields whose values could be guessed by who is found; names and `q` apart."""
        names = {name.removesuffix("_none").removesuffix("_or") for name in self.plain}
        names.update(text.field for text in self.texts)
        plain = {field for name in names for field in TELLS.get(name, ())}
        return plain.union(f"custom_fields.{one.field_key}" for one in self.fields)


def told(
    asked: Asked, given: Mapping[str, Any], parameters: Iterable[tuple[str, str]]
) -> dict[str, Any]:
    """The parameters as an audit may name them: without sensitive values."""
    hidden = {f"{PREFIX}{one.field_key}" for one in asked.fields if one.shape.is_secret}
    hidden |= {text.field for text in asked.texts if text.ids}
    named = (pair for pair in parameters if pair[0].startswith(PREFIX))
    return {name: HIDDEN if name in hidden else value for name, value in (*given.items(), *named)}


def filters_of(given: Mapping[str, Any]) -> tuple[dict[str, Any], list[TextFilter]]:
    """The plain filters by the names of their clauses, and those of typed text."""
    plain, texts = plain_filters(given), []
    for name in _TEXTS & given.keys():
        if typed := _typed(given[name]):
            or_none = plain.pop(f"{name}_none", False)
            if found := text_filter(name, typed):
                texts.append(replace(found, or_none=or_none))
            else:
                plain[f"{name}_none" if or_none else "nothing"] = True
    return plain, texts


def plain_filters(given: Mapping[str, Any]) -> dict[str, Any]:
    """All filters but those of typed text."""
    filters = {name: value for name, value in given.items() if name not in _TEXTS}
    # `tag=none` asks for clients without any tag, `tag_none=x` for those without this one.
    if unwanted := filters.pop("tag_none", None):
        filters["without_tag"] = unwanted
    for name in _OR_NONE & given.keys():
        filters |= _or_none(name, [_upper(name, value) for value in filters.pop(name)])
    for name in _EMPTY & given.keys():
        if NONE in given[name]:
            filters[f"{name}_none"] = True
    if filters.pop("last_contact_at", None):
        filters["last_contact_at_none"] = True
    if "code" in filters:
        filters["code"] = [fold_compact(code) for code in filters["code"]]
    return filters


def _or_none(name: str, values: list[Any]) -> dict[str, Any]:
    named = [value for value in values if value != NONE]
    if len(named) == len(values):
        return {name: named}
    return {f"{name}_or_none": named} if named else {f"{name}_none": True}


def _typed(texts: str | list[str]) -> list[str]:
    if isinstance(texts, str):
        return [texts] if texts.strip() else []
    return [text for text in texts if text != NONE]


def _upper(name: str, value: Any) -> Any:
    return value.upper() if name in _UPPER and value != NONE else value
