"""How rates are written, and what fits a category."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.taxes import rules


@given(st.decimals("0", "1", places=4))
def test_a_rate_has_one_form(value: Decimal) -> None:
    written = rules.rate(f"{value:f}")
    assert Decimal(written) == value and rules.rate(written) == written
    assert not written.endswith(".") and not ("." in written and written.endswith("0"))


@pytest.mark.parametrize(
    ("category", "rate", "reason", "refused"),
    [
        ("S", "0.15", None, None),
        ("S", "0", None, rules.RateDoesNotFit),
        ("S", "0.15", "why", rules.ReasonNotAllowed),
        ("Z", "0", None, None),
        ("Z", "0", "why", None),
        ("Z", "0.05", None, rules.RateDoesNotFit),
        ("E", "0", "why", None),
        ("E", "0", None, rules.ReasonNeeded),
        ("E", "0.05", "why", rules.RateDoesNotFit),
        ("O", "0", "why", None),
        ("O", "0", None, rules.ReasonNeeded),
        ("O", "1", "why", rules.RateDoesNotFit),
    ],
)
def test_a_category_has_its_rate_and_its_reason(
    category: str, rate: str, reason: str | None, refused: type[Exception] | None
) -> None:
    """The rules of EN 16931 of each category."""
    if refused is None:
        rules.check_category(category, rate, reason)
    else:
        with pytest.raises(refused):
            rules.check_category(category, rate, reason)


def test_a_tax_holds_a_day_at_least() -> None:
    day = date(2026, 7, 1)
    for start, end in ((None, None), (day, None), (None, day), (day, date(2026, 7, 2))):
        rules.check_period(start, end)
    with pytest.raises(rules.ValidBackwards):
        rules.check_period(day, day)
