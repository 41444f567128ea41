"""Which money brings points, how many, for how long, and what they are worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.ids import new_id
from memberships.loyalty.rules import earning as rules
from memberships.loyalty.rules.failures import TooFewPoints
from memberships.loyalty.rules.redeeming import check_minimum, worth_minor

GOLD, SILVER = new_id(), new_id()
amounts = st.integers(0, 10**12)
prices = st.integers(1, 10**9)
decimals = st.integers(0, 4)


@dataclass(frozen=True)
class Rule:
    """As much of a rule as it matters which one holds."""

    id: UUID
    category_id: UUID | None
    priority: int
    currency: str
    minimum_spend_minor: int


some_rules = st.lists(
    st.builds(
        Rule, st.uuids(), st.sampled_from([None, GOLD, SILVER]), st.integers(-2, 2),
        st.sampled_from(["SAR", "KWD"]), st.integers(0, 300),
    ),
    max_size=6,
)  # fmt: skip


@given(some_rules, st.sampled_from([None, GOLD, SILVER]), amounts.map(lambda one: one % 400))
def test_of_the_rules_that_fit_the_one_of_highest_priority_holds(
    some: Sequence[Rule], category_id: UUID | None, spent: int
) -> None:
    """ME-18: in whatever order they are read; the client's own category before all."""
    found = rules.holding(some, category_id, "SAR", spent)
    assert found == rules.holding(some[::-1], category_id, "SAR", spent)
    fitting = [
        one for one in some
        if one.currency == "SAR" and one.category_id in (None, category_id)
        and one.minimum_spend_minor <= spent
    ]  # fmt: skip
    assert (found is None) == (not fitting)
    if found is not None:
        assert found in fitting and found.priority == max(one.priority for one in fitting)
        equal = [one for one in fitting if one.priority == found.priority]
        if any(one.category_id == category_id for one in equal):
            assert found.category_id == category_id


@given(amounts, amounts, prices, decimals, st.booleans())
def test_more_money_never_brings_fewer_points_nor_more_than_its_share(
    some: int, more: int, price: int, places: int, in_parts: bool
) -> None:
    """ME-18: what is credited takes its share back, and no more than all of it."""
    least, most = sorted((some, some + more))
    before, after = (rules.points(one, price, places, in_parts=in_parts) for one in (most, least))
    assert 0 <= after <= before
    assert before * price <= most * 10**places
    whole = 10**places
    assert most * whole - before * price < (price if in_parts else price * whole)
    assert in_parts or before % whole == 0
    assert rules.points(0, price, places, in_parts=in_parts) == 0


@given(amounts, st.lists(amounts, max_size=5))
def test_new_points_make_good_what_is_owed_first(earned: int, owed: list[int]) -> None:
    """ME-18: nothing is lost, and nothing is charged while something is owed."""
    left, rest = rules.made_good(earned, owed)
    assert left + sum(owed) - sum(rest) == earned
    assert all(0 <= now <= before for now, before in zip(rest, owed, strict=True))
    assert not left or not any(rest)


@given(amounts, st.lists(amounts, max_size=5))
def test_what_is_taken_back_is_there_or_owed(back: int, remaining: list[int]) -> None:
    """ME-18"""
    parts, missing = rules.taken(back, remaining)
    assert sum(parts) + missing == back
    assert all(0 <= part <= there for part, there in zip(parts, remaining, strict=True))
    assert not missing or parts == remaining


@pytest.mark.parametrize(
    ("day", "unit", "count", "last"),
    [
        ("2026-01-31", "month", 1, "2026-02-28"), ("2024-02-29", "year", 1, "2025-02-28"),
        ("2026-11-30", "month", 3, "2027-02-28"), ("2026-12-31", "day", 1, "2027-01-01"),
        ("2026-12-15", "month", 12, "2027-12-15"), ("2998-12-31", "year", 3_000, "2999-12-31"),
        ("2990-01-01", "day", 3_650, "2999-12-30"), ("2999-12-31", "day", 9, "2999-12-31"),
    ],
)  # fmt: skip
def test_points_live_so_long(day: str, unit: rules.Unit, count: int, last: str) -> None:
    """ME-18: day, month or year; the 31st of a shorter month is its last day."""
    found = rules.last_day(date.fromisoformat(day), rules.Expiry(unit, count))
    assert found == date.fromisoformat(last)
    assert rules.last_day(date.fromisoformat(day), None) is None


@given(st.integers(0, 10**9), decimals, st.decimals("0.000001", 999, places=6))
def test_points_are_never_worth_more_than_they_are(
    points: int, places: int, value: Decimal
) -> None:
    """ME-12: the rest of a minor unit is not given, so that parting them brings nothing."""
    worth = worth_minor(points, places, str(value), "SAR")
    exact = Decimal(points) / 10**places * value * 100
    assert worth <= exact < worth + 1
    half = points // 2
    parted = worth_minor(half, places, str(value), "SAR")
    assert parted + worth_minor(points - half, places, str(value), "SAR") <= worth


def test_points_are_redeemed_from_so_many_on() -> None:
    """ME-18"""
    check_minimum(1_005, 1, "100.5")
    with pytest.raises(TooFewPoints):
        check_minimum(1_004, 1, "100.5")
    with pytest.raises(TooFewPoints):
        check_minimum(100, 0, "100.5")
    check_minimum(101, 0, "100.5")
