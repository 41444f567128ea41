"""Opening balances: what a client owed, or had left, before the company came here."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Split:
    """What is to be paid of it, and what is the client's credit."""

    owed_minor: int
    credit_minor: int


def split(balance_minor: int, settled_minor: int, used_minor: int) -> Split:
    """A balance, above zero owed by the client, of which so much was settled and used already.

    What was paid of more than is owed now is the client's credit, and what was used of more than
    they have now is owed: neither is taken back.
    """
    credit = max(used_minor, settled_minor - balance_minor)
    return Split(balance_minor + credit, credit)


def spread(total_minor: int, floors: Sequence[int], present: Sequence[int]) -> list[int]:
    """So much over several documents, the first being that of who answers for all: none below its
    floor, each as it is present as far as that goes, and the rest on the first.
    """
    parts, left = list(floors), total_minor - sum(floors)
    for at, (floor, known) in enumerate(zip(floors, present, strict=True)):
        kept = min(left, known - floor)
        parts[at], left = parts[at] + kept, left - kept
    parts[0] += left
    return parts
