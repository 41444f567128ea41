"""What somebody typed, as patterns over a client's folded text.

The folded text has four parts with a separator between them: names, phone digits, e-mail
addresses, and the rest (code, tax and registration number, tags). Names and the rest are without
spaces, so that «عبد الله» finds «عبدالله» and the other way round: each typed word must occur.
"""

import re
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from chassis.folding import contains, fold
from refs import phones

SEPARATOR: Final = "\x1f"
NAMES, PHONES, EMAILS = 1, 2, 3
OR_IDS: Final = "+ids"
OR_NONE: Final = "+none"
MOST_WORDS: Final = 8
# Shorter runs of digits and dashes are rather codes than phone numbers.
_PHONE_DIGITS: Final = 7
# What a number dialled abroad with 00 has at least: a short 00… is the start of a code.
_ABROAD_DIGITS: Final = 11
_PHONE: Final = re.compile(r"[\d\s+().\-/]+")

_DASHES: Final = frozenset("-/.")

Patterns = tuple[str, ...]
Alternatives = tuple[Patterns, ...]


@dataclass(frozen=True, slots=True)
class TextFilter:
    """A text parameter: one of the alternatives must hold, in it every pattern."""

    field: str
    alternatives: Alternatives
    # Clients who are found besides, by what is in no text.
    ids: tuple[UUID, ...] = ()
    # Clients are found besides who have nothing in the field.
    or_none: bool = False

    @property
    def key(self) -> str:
        """The parameter with its shape, e.g. `q:2` or `name:1/3`: one statement serves each."""
        field = self.field + OR_NONE * self.or_none + OR_IDS * bool(self.ids)
        return f"{field}:{'/'.join(str(len(patterns)) for patterns in self.alternatives)}"

    def binds(self) -> dict[str, Any]:
        """The patterns by the names that the statement gives them."""
        found: dict[str, Any] = {"or_ids": list(self.ids)} if self.ids else {}
        return found | {
            bind_name(self.field, n, m): pattern
            for n, patterns in enumerate(self.alternatives)
            for m, pattern in enumerate(patterns)
        }


def bind_name(field: str, alternative: int, place: int) -> str:
    """The name of one pattern's parameter."""
    return f"{field}_{alternative}_{place}"


def shape_of(key: str) -> tuple[str, list[int]]:
    """The parameter and how many patterns each of its alternatives has."""
    field, _, counts = key.partition(":")
    return field, [int(count) for count in counts.split("/")]


def text_filter(field: str, values: list[str]) -> TextFilter | None:
    """A filter for what was typed; None where it holds nothing to look for."""
    make = {"phone": phone_patterns, "email": part_patterns, "link": part_patterns}.get(
        field, word_patterns
    )
    alternatives = tuple(dict.fromkeys(patterns for value in values for patterns in make(value)))
    return TextFilter(field, alternatives) if alternatives else None


def word_patterns(typed: str) -> Alternatives:
    """Every word; what can only be a phone number is one word however it is spaced."""
    text = fold(typed)
    words = dict.fromkeys(dialled(w) if w.isdecimal() else w for w in text.split())
    every = tuple(contains(word) for word in list(words)[:MOST_WORDS])
    if not _is_phone(text):
        return (every,) if every else ()
    number = (contains(dialled(text)),)
    # A code may have dashes between its digits too.
    return (number, every) if _DASHES & set(text) else (number,)


def phone_patterns(typed: str) -> Alternatives:
    """The digits, in whatever form they are written."""
    digits = dialled(typed)
    return ((contains(digits),),) if digits else ()


def part_patterns(typed: str) -> Alternatives:
    """Part of an address, as it stands."""
    text = fold(typed)
    return ((contains(text),),) if text else ()


def _is_phone(text: str) -> bool:
    if not _PHONE.fullmatch(text):
        return False
    digits = len(phones.ascii_digits(text))
    return digits >= _PHONE_DIGITS or (digits > 0 and text.startswith("+"))


def dialled(typed: str) -> str:
    """The digits as they occur in an international number: 050… → 50…, 00966… → 966….

    What contains the longer form contains this one too.
    """
    digits = phones.ascii_digits(typed)
    if digits.startswith("00"):
        return digits[2:] if len(digits) >= _ABROAD_DIGITS else digits
    return digits.removeprefix("0") or digits
