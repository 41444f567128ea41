"""Phones and e-mail addresses: kept as typed, and in the form in which they are found."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chassis.folding import fold
from refs import phones

Entry = dict[str, Any]


def stored_phones(typed: Iterable[Mapping[str, Any]], country: str) -> list[Entry]:
    """The numbers with their E.164 form, read as dialled in `country` (ISO 3166)."""
    return with_primary(
        [{**one, "e164": phones.normalize(one["number"], country)} for one in typed]
    )


def stored_emails(typed: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """The addresses, one of them primary."""
    return with_primary([dict(one) for one in typed])


def phone_keys(stored: Iterable[Mapping[str, Any]]) -> list[str]:
    """The digits by which the numbers are found: with the country code where it is known."""
    digits = (phones.ascii_digits(one["e164"] or one["number"]) for one in stored)
    return list(dict.fromkeys(digits))


def email_keys(stored: Iterable[Mapping[str, Any]]) -> list[str]:
    """The folded addresses."""
    return list(dict.fromkeys(fold(one["address"]) for one in stored))


def with_primary(entries: list[Entry]) -> list[Entry]:
    """The first one marked is the primary one, else the first."""
    chosen = _primary(entries)
    return [{**entry, "primary": place == chosen} for place, entry in enumerate(entries)]


def _primary(entries: Sequence[Entry]) -> int:
    marked = (place for place, entry in enumerate(entries) if entry["primary"])
    return next(marked, 0)
