"""Tags: what a company starts with, and when two spellings are one tag."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, StringConstraints

from chassis.errors import Invalid, NotFound
from chassis.folding import fold_compact
from chassis.shapes import Name

BLUE, GREEN, AMBER, GREY = "#2f80ed", "#27ae60", "#f2994a", "#828282"

# Requirement CL-86, in the company's language.
STARTING_TAGS: Final[Mapping[str, Mapping[str, str]]] = {
    "ar": {"تسويق": BLUE, "VIP": GREEN, "عميل محتمل بارد": GREY, "مستهدف للبيع الإضافي": AMBER},
    "en": {"Marketing": BLUE, "VIP": GREEN, "Cold lead": GREY, "Upsell target": AMBER},
}


class TagNotFound(NotFound):
    """No such tag."""

    code = "tag_not_found"
    detail = "There is no such tag."


class UnknownTag(Invalid):
    """Only who manages tags makes new ones by using them."""

    code = "unknown_tag"
    detail = "There is no tag “{tag}”, and you may not add tags."


def key_of(name: str) -> str:
    """Equal for two spellings of one tag: «عميل محتمل» and «عميل  محتمل», VIP and vip."""
    return fold_compact(name)


def _has_letters(name: str) -> str:
    if not key_of(name):
        raise ValueError("A tag needs a letter or a digit.")
    return name


TagName = Annotated[Name, StringConstraints(max_length=60), AfterValidator(_has_letters)]


def by_key(names: Iterable[str]) -> dict[str, str]:
    """The names once each, by their key, in the order given."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(key_of(name), name)
    return found


def added(present: Iterable[str], more: Iterable[str]) -> list[str]:
    """A client's tags with more of them, each once."""
    return list(by_key([*present, *more]).values())


def removed(present: Iterable[str], fewer: Iterable[str]) -> list[str]:
    """A client's tags without some, however those are spelled."""
    gone = {key_of(name) for name in fewer}
    return [name for name in present if key_of(name) not in gone]
