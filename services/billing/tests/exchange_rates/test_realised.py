"""What is gained as invoices are paid: nothing comes or goes by paying in parts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.exchange_rates.rules.realised import (
    Realised,
    Whole,
    exchanged,
    kept,
    realised,
    remaining,
)

MINOR = st.integers(1, 10**9)


@given(MINOR, MINOR, MINOR, st.lists(st.integers(1, 10**6), min_size=1, max_size=8))
def test_parts_are_worth_what_the_whole_is(
    total: int, came_home: int, was_home: int, parts: list[int]
) -> None:
    """BI-07, BI-09: in all and at each step, whatever the parts."""
    paid, total = 0, total + sum(parts)
    came = was = gained = 0
    for part in [*parts, total - sum(parts)]:
        one = realised(
            Whole(total, paid, "SAR", came_home, came), part,
            Whole(total, paid, "SAR", was_home, was), part,
        )  # fmt: skip
        came, was, paid = came + one.paid_home_minor, was + one.home_minor, paid + part
        gained += one.difference_minor
        assert gained == came - was
    assert (came, was, gained) == (came_home, was_home, came_home - was_home)


@given(MINOR, MINOR, MINOR, MINOR)
def test_what_is_left_is_something_and_no_more(
    amount: int, payment: int, taken: int, worth: int
) -> None:
    """BI-09: on the other side of an allocation that is taken back in part."""
    left = payment - taken % (payment + 1)
    rest = kept(amount, left, payment)
    assert (rest == 0) == (left == 0) and rest <= amount
    assert kept(amount, payment, payment) == amount
    if left:
        one = Realised(worth, amount, worth - amount)
        after = remaining(one, (left, payment), (rest, amount))
        assert after.difference_minor == after.paid_home_minor - after.home_minor
        unknown = remaining(Realised(0, amount, 0), (left, payment), (rest, amount))
        assert unknown.paid_home_minor == unknown.difference_minor == 0


def test_without_a_worth_nothing_is_gained() -> None:
    """BI-09: nor where the company had another currency then."""
    known = Whole(100, 0, "SAR", 375)
    for other in (Whole(100, 0), Whole(100, 0, "AED", 367), Whole(0, 0, "SAR", 0)):
        assert realised(known, 100, other, 100).difference_minor in (0, 375)
    assert realised(known, 100, Whole(100, 0), 100) == Realised(375, 0, 0)
    assert realised(known, 100, Whole(100, 0, "AED", 367), 100) == Realised(375, 367, 0)


@pytest.mark.parametrize(("amount", "of", "into", "found"), [
    (10_000, ("SAR", "1"), ("USD", "3.75"), 2_667),
    (10_000, ("USD", "3.75"), ("SAR", "1"), 37_500),
    (1_125, ("KWD", "12.2"), ("SAR", "1"), 1_373),  # 13.725
    (1_373, ("SAR", "1"), ("KWD", "12.2"), 1_125),  # 1.12541
    (500, ("JPY", "0.025"), ("SAR", "1"), 1_250),
    (1_250, ("SAR", "1"), ("JPY", "0.025"), 500),
    (1, ("SAR", "1"), ("KWD", "12.2"), 1),  # 0.00082
    (1, ("JPY", "0.00001"), ("KWD", "12.2"), 1),  # rounded: nothing
])  # fmt: skip
def test_a_price_in_another_currency_is_rounded_once(
    amount: int, of: tuple[str, str], into: tuple[str, str], found: int
) -> None:
    """BI-07: half up, to the digits of the other one, and never to nothing."""
    rates = [(currency, Decimal(rate)) for currency, rate in (of, into)]
    assert exchanged(amount, rates[0], rates[1]) == found
