"""By what a row's client is found: the very keys by which the API finds and compares clients."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from chassis.folding import fold_compact
from clients.clients.rules import contacts
from clients.imports.rules.rows import Body


class Keyed(Protocol):
    """A row with its keys."""

    @property
    def keys(self) -> list[str]:
        """What its client is found by."""
        ...


KeyedT = TypeVar("KeyedT", bound=Keyed)


def of(body: Body, key: str | None, country: str) -> list[str]:
    """The keys in a row; numbers are read as dialled in its own country, else in this one."""
    values = body.values
    if key == "phone":
        home = values.get("country_code", country)
        typed = [{**one, "primary": False} for one in values.get("phones", ())]
        return contacts.phone_keys(contacts.stored_phones(typed, home))
    if key == "email":
        return contacts.email_keys(values.get("emails", ()))
    found = values.get(key or "")
    if not found:
        return []
    return [fold_compact(found) if key == "code" else found]


def apart(lines: Sequence[KeyedT], found: Mapping[str, Any]) -> list[KeyedT]:
    """The first of the rows, up to one whose client another of them is about to make."""
    coming: set[str] = set()
    for place, line in enumerate(lines):
        if not coming.isdisjoint(line.keys):
            return list(lines[:place])
        if not any(key in found for key in line.keys):
            coming.update(line.keys)
    return list(lines)
