"""Rows as bodies of the API: which cells stand for what, and which column is at fault."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import ValidationError

from background.imports.rules.failures import (
    ExistsAlready,
    KeyEmpty,
    KeyMissing,
    KeyNotMapped,
    NoMatch,
    SeveralMatch,
    UnknownColumn,
)
from chassis.errors import Failure
from chassis.i18n import LOCALES, translate, validation_message

Mode = Literal["create", "update", "upsert"]
Mapped = Mapping[str, Sequence[str]]
Places = Mapping[str, Sequence[tuple[int, str]]]
Faults = list[dict[str, Any]]

CREATE, UPDATE, UPSERT = "create", "update", "upsert"


@dataclass(slots=True)
class Body:
    """A row as a body of the API, and from which column each of its parts came."""

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)

    def column(self, path: str) -> str | None:
        """The column behind a path of the body such as `phones.0.number`."""
        while path:
            if path in self.origins:
                return self.origins[path]
            path = path.rpartition(".")[0]
        return None


def check_columns(mapping: Mapped, headings: Sequence[str]) -> None:
    """Raises UnknownColumn."""
    for path, columns in mapping.items():
        for column in columns:
            if column not in headings:
                raise UnknownColumn(field=f"mapping.{path}", column=column)


def check_key(mapping: Mapped, mode: Mode, key: str | None, path: str) -> None:
    """Raises KeyMissing and KeyNotMapped; `path` is where the key stands."""
    if mode != CREATE and key is None:
        raise KeyMissing(field="key")
    if key is not None and path not in mapping:
        raise KeyNotMapped(field=f"mapping.{path}")


def is_new(mode: Mode, *, has_key: bool, matches: int, path: str) -> bool:
    """Whether a row makes something; raises KeyEmpty, NoMatch, SeveralMatch and ExistsAlready."""
    if mode == UPDATE and not has_key:
        raise KeyEmpty(field=path)
    if matches > 1:
        raise SeveralMatch(field=path)
    if mode == CREATE and matches:
        raise ExistsAlready(field=path)
    if mode == UPDATE and not matches:
        raise NoMatch(field=path)
    return not matches


def filled(row: Sequence[str], places: Places) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The cells of each path that are not empty, with their headings."""
    for path, columns in places.items():
        given = [(row[place].strip(), heading) for place, heading in columns if place < len(row)]
        if cells := [(cell, heading) for cell, heading in given if cell]:
            yield path, cells


def faults_of(body: Body, failure: Failure) -> Faults:
    """What a refusal says of a row, as the report keeps it."""
    told = [(one.field, one.code, in_both(one.message)) for one in failure.errors]
    whole: dict[str, str] = {locale: failure.message(locale) for locale in LOCALES}
    return [_fault(body, *one) for one in told or [(failure.field or "", failure.code, whole)]]


def faults_of_shape(body: Body, error: ValidationError) -> Faults:
    """What the API's own shapes say of it."""
    found = []
    for one in error.errors():
        texts = {locale: validation_message(dict(one), locale) for locale in LOCALES}
        message: dict[str, str] = {locale: text for locale, (_, text) in texts.items()}
        path = ".".join(str(part) for part in one["loc"])
        found.append(_fault(body, path, texts["en"][0], message))
    return found


def in_both(text: str) -> dict[str, str]:
    """A text in the languages we have."""
    return {locale: translate(text, locale) for locale in LOCALES}


def _fault(body: Body, path: str, code: str, message: Mapping[str, str]) -> dict[str, Any]:
    return {"column": body.column(path), "field": path or None, "code": code, "message": message}
