"""How prices are written, and what products are found by."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.products import rules
from chassis.money import Money, digits

CURRENCIES = st.sampled_from(["SAR", "KWD", "JPY", "CLF", "USD"])


@given(CURRENCIES, st.integers(0, 10**12))
def test_a_price_has_exactly_the_digits_of_its_currency(currency: str, minor: int) -> None:
    """BI-10"""
    written = Money(minor, currency).format()
    assert rules.prices({currency: written}) == {currency: written}
    assert len(written.partition(".")[2]) == digits(currency)
    assert (
        rules.prices({currency: f"{minor}"})[currency] == Money.parse(f"{minor}", currency).format()
    )
    with pytest.raises(rules.NotAPrice):
        rules.prices({currency: f"1.{'0' * digits(currency)}1"})


@pytest.mark.parametrize("currency", ["XXX", "XAU", "AAA"])
def test_what_has_no_amounts_has_no_price(currency: str) -> None:
    with pytest.raises(rules.UnknownPriceCurrency) as refused:
        rules.prices({currency: "1"})
    assert refused.value.field == f"prices.{currency}"


def test_the_longest_word_is_looked_for_first() -> None:
    assert rules.patterns(" زيت  الزيتون 50% ") == ["%الزيتون%", "%زيت%", "%50\\%%"]
    assert rules.patterns("ـــ") == ["%"]
    assert len(rules.patterns(" ".join(str(n) for n in range(20)))) == rules.MOST_WORDS


def test_two_spellings_are_one_sku() -> None:
    assert rules.sku_key("AB-١ 2") == rules.sku_key("ab-12") == "ab-12"
    assert rules.sku_key(None) is None
