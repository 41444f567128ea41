"""Exchange rates as pure figures."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.exchange_rates.rules.pegs import PEGGED, peg
from billing.exchange_rates.rules.rates import HomeAmountTooLarge, converted, written
from chassis.money import digits

_CURRENCIES = st.sampled_from(["SAR", "KWD", "JPY", "EUR"])
_MINOR = st.integers(0, 10**12)
_RATES = st.integers(1, 10**16).map(lambda one: Decimal(one).scaleb(-10))


@pytest.mark.parametrize(
    ("currency", "home", "rate"),
    [
        ("USD", "SAR", "3.75"), ("SAR", "USD", "0.2666666667"), ("AED", "SAR", "1.0211027910"),
        ("SAR", "AED", "0.9793333333"), ("USD", "AED", "3.6725"), ("USD", "BHD", "0.376"),
        ("OMR", "USD", "2.6008"), ("QAR", "SAR", "1.0302197802"), ("JOD", "SAR", "5.2891396333"),
    ],
)  # fmt: skip
def test_what_central_banks_have_fixed(currency: str, home: str, rate: str) -> None:
    """BI-07: SAR, AED and the others' prices of a dollar, and what follows for each other."""
    found = peg(currency, home)
    assert found is not None and abs(found - Decimal(rate)) <= Decimal("0.000000001")


def test_others_float() -> None:
    assert peg("KWD", "SAR") is peg("USD", "EGP") is peg("EUR", "USD") is None
    assert {"SAR", "AED", "BHD", "OMR", "QAR", "JOD", "USD"} == PEGGED


@given(_MINOR, _CURRENCIES)
def test_a_currency_is_worth_itself(amount: int, currency: str) -> None:
    """BI-07"""
    assert converted(amount, currency, currency, Decimal(1)) == amount


@given(_MINOR, _MINOR, _CURRENCIES, _CURRENCIES, _RATES)
def test_an_amount_is_rounded_once_and_keeps_its_place(
    one: int, other: int, currency: str, home: str, rate: Decimal
) -> None:
    """BI-07: off by half a minor unit at most; a tax is never worth more than its total."""
    found = [converted(minor, currency, home, rate) for minor in (one, other)]
    exact = Decimal(one) * rate * Decimal(10) ** (digits(home) - digits(currency))
    assert abs(found[0] - exact) <= Decimal("0.5")
    assert (found[0] <= found[1]) if one <= other else (found[0] >= found[1])


@given(_MINOR, st.sampled_from(sorted(PEGGED)), st.sampled_from(sorted(PEGGED)))
def test_there_and_back_again_is_the_same(amount: int, currency: str, home: str) -> None:
    """BI-07: but for what the other currency's minor unit cannot hold."""
    there, back = peg(currency, home), peg(home, currency)
    assert there is not None and back is not None
    returned = converted(converted(amount, currency, home, there), home, currency, back)
    unit = converted(1, home, currency, back)
    assert abs(returned - amount) <= unit + 1 + amount // 10**8


def test_an_amount_that_is_too_large_is_refused() -> None:
    with pytest.raises(HomeAmountTooLarge):
        converted(10**17, "SAR", "KWD", Decimal("999999999"))


@pytest.mark.parametrize(
    ("rate", "text"), [("3.7500", "3.75"), ("10", "10"), ("0.0000000001", "0.0000000001")]
)
def test_a_rate_has_one_form(rate: str, text: str) -> None:
    assert written(Decimal(rate)) == text
