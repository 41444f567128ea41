"""Opening balances: what a client owed, or had left, before the company came here."""

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
