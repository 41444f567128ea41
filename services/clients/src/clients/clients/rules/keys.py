"""By what a client is found: the very keys by which the API finds and compares clients."""

from collections.abc import Mapping
from typing import Any, Final, Literal, get_args

from background.imports.rules.cells import parts
from chassis.folding import fold_compact
from clients.clients.rules import contacts

Key = Literal["phone", "email", "code", "external_id"]
KEYS: Final[frozenset[str]] = frozenset(get_args(Key))
_LONGEST: Final = 500
# Of what a text is one, or several.
_LISTS: Final = {"phone": ("phones", "number"), "email": ("emails", "address")}


def of(values: Mapping[str, Any], key: str | None, country: str) -> list[str]:
    """The keys in a body of the API; numbers are read as dialled in its own country, else here."""
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


def of_text(text: str, key: str, country: str) -> list[str]:
    """The same of what somebody wrote into a cell, in any form; none in what no key can be."""
    if len(text) > _LONGEST or "\0" in text:
        return []
    if key not in _LISTS:
        return of({key: text.strip()}, key, country)
    name, part = _LISTS[key]
    return of({name: [{part: one} for one in parts(text)]}, key, country)
