"""A list's parameters as the filters of its query."""

from collections.abc import Mapping
from typing import Any, Final

from chassis.folding import fold_compact
from clients.clients.rules.search import TextFilter, text_filter

NONE: Final = "none"
_TEXTS: Final = ("q", "name", "phone", "email", "link")
_OR_NONE: Final = (
    "category_id", "follow_up_status_id", "staff_id", "tag", "currency", "country_code",
)  # fmt: skip
_UPPER: Final = ("currency", "country_code")


def text_filters(given: Mapping[str, Any]) -> list[TextFilter]:
    """The filters of typed text."""
    found = (text_filter(name, _typed(given, name)) for name in _TEXTS)
    return [one for one in found if one is not None]


def plain_filters(given: Mapping[str, Any]) -> dict[str, Any]:
    """All other filters, by the names of their clauses."""
    filters = {name: value for name, value in given.items() if name not in _TEXTS}
    # `tag=none` asks for clients without any tag, `tag_none=x` for those without this one.
    if unwanted := filters.pop("tag_none", None):
        filters["without_tag"] = unwanted
    for name in _OR_NONE:
        if values := filters.pop(name, None):
            filters |= _or_none(name, [_upper(name, value) for value in values])
    for name in ("phone", "email"):
        if NONE in (given.get(name) or ()):
            filters[f"{name}_none"] = True
    if any(_typed(given, name) and not text_filter(name, _typed(given, name)) for name in _TEXTS):
        filters["nothing"] = True
    if "code" in filters:
        filters["code"] = [fold_compact(code) for code in filters["code"]]
    return filters


def _or_none(name: str, values: list[Any]) -> dict[str, Any]:
    named = [value for value in values if value != NONE]
    if len(named) == len(values):
        return {name: named}
    return {f"{name}_or_none": named} if named else {f"{name}_none": True}


def _typed(given: Mapping[str, Any], name: str) -> list[str]:
    texts = given.get(name) or []
    if isinstance(texts, str):
        return [texts] if texts.strip() else []
    return [text for text in texts if text != NONE]


def _upper(name: str, value: Any) -> Any:
    return value.upper() if name in _UPPER and value != NONE else value
