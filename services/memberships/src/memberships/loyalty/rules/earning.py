"""What is earned: which rule holds for an invoice, and how many points its payment brings."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, Protocol, TypeVar
from uuid import UUID

Unit = Literal["day", "month", "year"]
LAST: Final = date(2999, 12, 31)


class Rule(Protocol):
    """What money brings points, as far as it matters which one holds."""

    @property
    def id(self) -> UUID: ...
    @property
    def category_id(self) -> UUID | None: ...
    @property
    def priority(self) -> int: ...
    @property
    def currency(self) -> str: ...
    @property
    def minimum_spend_minor(self) -> int: ...


RuleT = TypeVar("RuleT", bound=Rule)


@dataclass(frozen=True, slots=True)
class Expiry:
    """How long points live."""

    unit: Unit
    count: int


def holding(
    rules: Sequence[RuleT], category_id: UUID | None, currency: str, spent_minor: int
) -> RuleT | None:
    """The rule by which an invoice is rewarded: of those that fit the one of highest priority,
    then the one of the client's own category, then the oldest; None where none fits.
    """
    fitting = [
        one for one in rules
        if one.category_id in (None, category_id) and one.currency == currency
        and spent_minor >= one.minimum_spend_minor
    ]  # fmt: skip
    return min(
        fitting, key=lambda one: (-one.priority, one.category_id is None, one.id), default=None
    )


def points(
    spent_minor: int, amount_per_point_minor: int, decimals: int, *, in_parts: bool
) -> int:  # fmt: skip
    """What so much money brings, in the smallest part of a point, never rounded up.

    Without parts whole points alone are earned.
    """
    scale: int = 10**decimals
    if in_parts:
        return spent_minor * scale // amount_per_point_minor
    return spent_minor // amount_per_point_minor * scale


def last_day(earned_on: date, expiry: Expiry | None) -> date | None:
    """The last day on which points can be used; the 31st of a shorter month is its last day."""
    if expiry is None:
        return None
    if expiry.unit == "day":
        end = earned_on.toordinal() + expiry.count
        return min(date.fromordinal(min(end, LAST.toordinal())), LAST)
    months = expiry.count * (12 if expiry.unit == "year" else 1)
    years, month = divmod(earned_on.month - 1 + months, 12)
    if earned_on.year + years > LAST.year:
        return LAST
    year = earned_on.year + years
    most = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(earned_on.day, most))


def made_good(earned: int, owed: Sequence[int]) -> tuple[int, list[int]]:
    """What is left to charge of new points, once debts took theirs, and what is left of each."""
    left: list[int] = []
    for debt in owed:
        paid = min(earned, debt)
        earned -= paid
        left.append(debt - paid)
    return earned, left


def taken(back: int, remaining: Sequence[int]) -> tuple[list[int], int]:
    """How much of each charge is taken back, the newest first, and what none has any more."""
    parts = [0] * len(remaining)
    for place in reversed(range(len(remaining))):
        parts[place] = min(back, remaining[place])
        back -= parts[place]
    return parts, back
