"""Whose an entry is: the client among those who come, or the one who was named for the rest."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from background.imports.rules.failures import SeveralMatch
from scheduling.calendar_imports.rules.entries import Key
from scheduling.calendar_imports.rules.failures import ClientNeeded


def owner_of(keys: Iterable[Key], found: Mapping[Key, UUID | None], otherwise: UUID | None) -> UUID:
    """`found` is None of a key that several have; raises SeveralMatch and ClientNeeded."""
    named = {found[key] for key in keys if key in found}
    if len(named) > 1 or None in named:
        raise SeveralMatch(field="client")
    owner = next(iter(named), otherwise)
    if owner is None:
        raise ClientNeeded(field="client")
    return owner
