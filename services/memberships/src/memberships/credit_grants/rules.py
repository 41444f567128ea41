"""How much of the credit that goes with what was sold stays with who paid for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import Any, Final, Self

from memberships.calendar.rules import Span, plus
from memberships.credit.rules import rests
from memberships.credit.rules.rests import Rest

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


def days_of(starts_on: date, span: Mapping[str, Any] | None) -> int | None:
    """How many days a span has that begins on a day; none: it never ends."""
    until = last_day(starts_on, span)
    return None if until is None else (until - starts_on).days + 1


@dataclass(frozen=True, slots=True)
class Days:
    """When a charge can be used: for so many days, of those on which it does not rest."""

    starts_on: date
    days: int | None
    rests: Sequence[Rest]

    @property
    def expires_on(self) -> date | None:
        """The last of them; none where it never ends, or nobody knows yet."""
        days = self.days
        return None if days is None else rests.last_day(self.starts_on, days, self.rests)

    def moved(self, starts_on: date, span: Mapping[str, Any] | None, rests: Sequence[Rest]) -> Self:
        """The same from another day on, and with other days of rest: for as long as its span has
        it then, unless somebody has said how long.
        """
        is_said = self.days != days_of(self.starts_on, span)
        return type(self)(starts_on, self.days if is_said else days_of(starts_on, span), rests)


def later(known: date | None, wanted: date | None) -> date | None:
    """The later of two last days; none: for good."""
    return None if known is None or wanted is None else max(known, wanted)
