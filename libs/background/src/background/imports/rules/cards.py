"""vCards (2.1, 3.0 and 4.0) as rows: one card a row, what a card has several of in lines."""

import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import vobject

_LONGEST: Final = 2_000_000


def _texts(card: Any, name: str) -> str:
    found = (_flat(one.value) for one in card.contents.get(name, ()))
    return "\n".join(text.removeprefix("tel:") for text in found if text)


def _first(card: Any, name: str) -> str:
    return _texts(card, name).partition("\n")[0]


def _flat(value: Any) -> str:
    parts = value if isinstance(value, list | tuple) else [value]
    return ", ".join(str(part).strip() for part in parts if part)


def _name(card: Any) -> str:
    if full := _first(card, "fn"):
        return full
    [name, *_] = card.contents.get("n", [None])
    if name is None or not hasattr(name.value, "family"):
        return ""
    parts = (name.value.prefix, name.value.given, name.value.additional, name.value.family)
    return " ".join(_flat(part) for part in parts if part)


def _address(part: str) -> Callable[[Any], str]:
    def cell(card: Any) -> str:
        [one, *_] = card.contents.get("adr", [None])
        return _flat(getattr(one.value, part, "")) if one is not None else ""

    return cell


def _plain(name: str) -> Callable[[Any], str]:
    return lambda card: _first(card, name)


def _many(name: str) -> Callable[[Any], str]:
    return lambda card: _texts(card, name)


COLUMNS: Final[Mapping[str, Callable[[Any], str]]] = {
    "FN": _name, "ORG": _plain("org"), "TEL": _many("tel"), "EMAIL": _many("email"),
    "ADR.street": _address("street"), "ADR.city": _address("city"),
    "ADR.postal_code": _address("code"), "ADR.country": _address("country"),
    "URL": _many("url"), "CATEGORIES": _many("categories"), "BDAY": _plain("bday"),
    "GENDER": _plain("gender"), "LANG": _plain("lang"), "UID": _plain("uid"),
}  # fmt: skip


def rows(text: io.TextIOWrapper) -> Iterator[list[str]]:
    """The columns' names, then a row for each card; a damaged card is an empty row."""
    yield list(COLUMNS)
    try:
        for card in _cards(text):
            yield _row(card)
    finally:
        text.detach()


def _row(card: str) -> list[str]:
    try:
        found = vobject.readOne(card, allowQP=True)
        return [cell(found) for cell in COLUMNS.values()]
    except Exception:  # the library raises whatever its parts do
        return [""] * len(COLUMNS)


def _cards(text: io.TextIOWrapper) -> Iterator[str]:
    lines: list[str] = []
    size = 0
    for line in text:
        bare = line.strip().lstrip("\ufeff").upper()
        if bare == "BEGIN:VCARD":
            lines, size = [], 0
        size += len(line)
        if size < _LONGEST:  # photos may be long, and are not taken over
            lines.append(line.lstrip("\ufeff"))
        if bare == "END:VCARD":
            yield "".join(lines)
            lines, size = [], 0
