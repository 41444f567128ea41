"""How much of the credit that goes with what was sold stays with who paid for it."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import Any, Final

from memberships.calendar.rules import Span, plus

ALL: Final = Fraction(1)
NOTHING: Final = Fraction(0)


def taken_of(amount: int, kept: Fraction) -> int:
    """What is to be taken back of an amount of which a share is kept, rounded up."""
    return amount - ceil(amount * kept)


def unused_share(charged: Iterable[tuple[int, int]]) -> Fraction:
    """The least share that is left of amounts, each with what nobody used of it."""
    return min((Fraction(left, amount) for amount, left in charged), default=ALL)


def last_day(starts_on: date, span: Mapping[str, Any] | None) -> date | None:
    """The last day of a span that begins on a day; none: for good."""
    return plus(starts_on, Span.of(dict(span))) - timedelta(days=1) if span else None


def later(known: date | None, wanted: date | None) -> date | None:
    """The later of two last days; none: for good."""
    return None if known is None or wanted is None else max(known, wanted)
