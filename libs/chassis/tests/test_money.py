"""Money: digits of ISO 4217, no mixing of currencies, nothing lost by rounding or splitting."""

from decimal import Decimal, InvalidOperation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.money import BIGINT, Money, digits, round_half_up

amounts = st.integers(-(10**15), 10**15)
currencies = st.sampled_from(["SAR", "KWD", "JPY", "IQD", "EGP", "CLF"])
weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any)


@pytest.mark.parametrize(
    ("currency", "expected"), [("SAR", 2), ("KWD", 3), ("JPY", 0), ("IQD", 3), ("CLF", 4)]
)
def test_digits_are_those_of_iso_4217(currency: str, expected: int) -> None:
    assert digits(currency) == expected


@pytest.mark.parametrize("currency", ["XAU", "XXX", "ABC", "sar", ""])
def test_what_has_no_minor_unit_is_no_currency(currency: str) -> None:
    with pytest.raises(ValueError, match=r"currency|minor unit"):
        Money(1, currency)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("115.00", "SAR", 11500),
        ("115", "SAR", 11500),
        ("1.250", "KWD", 1250),
        ("-0.5", "SAR", -50),
        ("7", "JPY", 7),
        ("1.000", "SAR", 100),
    ],
)
def test_decimal_strings_are_read(text: str, currency: str, minor: int) -> None:
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text",
    ["1.001", "1e3", "NaN", "Infinity", "", " 1", "1_000", "١", "1,5", "0." + "0" * 70 + "1"],
)
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"decimal digits|written like"):
        Money.parse(text, "SAR")


def test_an_amount_beyond_the_column_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        Money.parse("9" * 18, "SAR")


@given(amounts, currencies)
def test_format_and_parse_are_inverse(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    text = money.format()
    assert Money.parse(text, currency) == money
    assert len(text.partition(".")[2]) == digits(currency)


@given(amounts, amounts, currencies)
def test_sums_are_exact(left: int, right: int, currency: str) -> None:
    total = Money(left, currency) + Money(right, currency)
    assert total.amount_minor == left + right
    assert total - Money(right, currency) == Money(left, currency)
    assert -Money(left, currency) == Money(-left, currency)


def test_mixed_currencies_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="SAR and KWD"):
        Money(1, "SAR") + Money(1, "KWD")
    with pytest.raises(ValueError, match="SAR and KWD"):
        Money(1, "SAR") - Money(1, "KWD")


@pytest.mark.parametrize(
    ("value", "expected"), [("0.5", 1), ("-0.5", -1), ("1.5", 2), ("2.5", 3), ("2.4999", 2)]
)
def test_a_half_is_rounded_away_from_zero(value: str, expected: int) -> None:
    assert round_half_up(Decimal(value)) == expected


def test_a_rate_is_applied_and_rounded_once() -> None:
    assert Money(1030, "SAR").multiply_rounded(Decimal("0.15")) == Money(155, "SAR")


@given(amounts, currencies, weights)
def test_parts_add_up_and_keep_within_one_of_their_share(
    minor: int, currency: str, shares: list[int]
) -> None:
    parts = Money(minor, currency).split(shares)
    assert sum(part.amount_minor for part in parts) == minor
    for part, share in zip(parts, shares, strict=True):
        assert abs(part.amount_minor * sum(shares) - minor * share) < sum(shares)


def test_the_largest_remainder_gets_the_odd_unit() -> None:
    parts = Money(100, "SAR").split([1, 1, 1])
    assert [part.amount_minor for part in parts] == [34, 33, 33]
    parts = Money(-100, "SAR").split([1, 5, 1])
    assert [part.amount_minor for part in parts] == [-14, -72, -14]


@pytest.mark.parametrize("shares", [[], [0, 0], [2, -1]])
def test_impossible_weights_are_refused(shares: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money(100, "SAR").split(shares)


@given(amounts, currencies)
def test_an_amount_is_written_as_a_decimal_is(minor: int, currency: str) -> None:
    places = digits(currency)
    assert Money(minor, currency).format() == f"{Decimal(minor).scaleb(-places):.{places}f}"


@given(
    st.from_regex(r"[+-]?[0-9]{0,19}(\.[0-9]{0,6})?", fullmatch=True), currencies,
)  # fmt: skip
def test_an_amount_is_read_as_a_decimal_is(text: str, currency: str) -> None:
    try:
        minor = Decimal(text).scaleb(digits(currency))
    except InvalidOperation:
        minor = Decimal("0.5")
    try:
        read = Money.parse(text, currency).amount_minor
    except ValueError:
        assert minor != int(minor) or abs(minor) >= BIGINT
    else:
        assert read == minor
