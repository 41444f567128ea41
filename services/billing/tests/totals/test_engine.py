"""Totals: figures that a calculator gives, and laws that hold for every document."""

from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.totals.rules.engine import (
    AmountTooLarge,
    DepositTooLarge,
    Discount,
    DiscountTooLarge,
    Document,
    Line,
    Tax,
    Totals,
    totals,
)
from chassis.money import BIGINT, Money

FULL, FULL_INCLUSIVE = Tax("S", Decimal("0.15")), Tax("S", Decimal("0.15"), is_inclusive=True)
REDUCED, ZERO = Tax("S", Decimal("0.05")), Tax("Z", Decimal(0))
EXEMPT = Tax("E", Decimal(0))

taxes = st.sampled_from(
    [None, FULL, FULL_INCLUSIVE, REDUCED, ZERO, EXEMPT, Tax("S", Decimal("0.14"), True)]
)
quantities = st.integers(1, 2_000_000).map(lambda thousandths: Decimal(thousandths).scaleb(-3))
percents = st.integers(0, 10_000).map(lambda parts: Discount(Decimal(parts).scaleb(-2)))
lines = st.builds(
    Line, quantity=quantities, unit_price_minor=st.integers(0, 10**7), tax=taxes,
    discount=st.one_of(st.just(Discount()), percents),
)  # fmt: skip
documents = st.builds(
    Document, currency=st.sampled_from(["SAR", "KWD", "JPY"]),
    lines=st.lists(lines, min_size=1, max_size=12), discount=percents,
    shipping_minor=st.integers(0, 10**6),
)  # fmt: skip


def line(quantity: str, price: str, tax: Tax | None = None, currency: str = "SAR") -> Line:
    minor = Money.parse(price, currency).amount_minor
    return Line(quantity=Decimal(quantity), unit_price_minor=minor, tax=tax)


def of(*given: Line, currency: str = "SAR", **more: object) -> Totals:
    return totals(Document(currency=currency, lines=given, **more))  # type: ignore[arg-type]


def figures(found: Totals) -> tuple[int, ...]:
    return (
        found.subtotal_minor, found.discount_minor, found.shipping_minor, found.tax_minor,
        found.rounding_minor, found.total_minor,
    )  # fmt: skip


def test_two_for_a_hundred_each() -> None:
    """BI-07: 2 × 100.00 at 15 % are 230.00."""
    assert figures(of(line("2", "100.00", FULL))) == (20000, 0, 0, 3000, 0, 23000)


def test_a_price_with_its_tax_is_what_is_paid() -> None:
    """115.00 with 15 % in it are 100.00 and 15.00."""
    assert figures(of(line("1", "115.00", FULL_INCLUSIVE))) == (10000, 0, 0, 1500, 0, 11500)


def test_what_does_not_divide_is_shown_as_rounding() -> None:
    """10.00 with 15 % in it: 8.70 and 1.31 are one hundredth too many."""
    assert figures(of(line("1", "10.00", FULL_INCLUSIVE))) == (870, 0, 0, 131, -1, 1000)


def test_three_lines_keep_the_price_they_were_promised_for() -> None:
    found = of(*[line("1", "10.00", FULL_INCLUSIVE)] * 3)
    assert figures(found) == (2610, 0, 0, 392, -2, 3000)


def test_the_tax_is_rounded_once_on_the_sum() -> None:
    """BR-CO-17: three times 0.10 at 5 % are 0.02 (0.015), not three times 0.01 (0.005)."""
    assert of(*[line("1", "0.10", REDUCED)] * 3).tax_minor == 2


def test_a_half_goes_up() -> None:
    assert of(line("1", "0.10", REDUCED)).tax_minor == 1
    assert of(line("0.5", "0.01")).total_minor == 1


def test_the_discount_of_a_line_is_rounded_first() -> None:
    """Half of 0.05 is 0.03 (0.025), so 0.02 are left: the price is not rounded a second time."""
    cheap = Line(quantity=Decimal(1), unit_price_minor=5, discount=Discount(Decimal(50)))
    found = of(cheap)
    assert (found.lines[0].discount_minor, found.subtotal_minor) == (3, 2)


def test_a_discount_of_the_document_is_split_over_the_taxes() -> None:
    """By largest remainder: of 0.10 over 1, 1 and 1 one of them bears 0.04."""
    found = of(
        line("1", "1.00", FULL), line("1", "1.00", REDUCED), line("1", "1.00", ZERO),
        discount=Discount(amount_minor=10),
    )  # fmt: skip
    assert [one.discount_minor for one in found.groups] == [4, 3, 3]
    assert [one.taxable_minor for one in found.groups] == [96, 97, 97]
    assert found.discount_minor == 10


def test_shipping_is_taxed_as_what_is_shipped() -> None:
    found = of(line("1", "300.00", FULL), line("1", "100.00", ZERO), shipping_minor=2000)
    assert {one.category: one.shipping_minor for one in found.groups} == {"S": 1500, "Z": 500}
    assert figures(found) == (40000, 0, 2000, 4725, 0, 46725)


def test_what_costs_nothing_is_shipped_all_the_same() -> None:
    free = Line(quantity=Decimal(1), unit_price_minor=100, discount=Discount(Decimal(100)),
                tax=FULL)  # fmt: skip
    assert figures(of(free, shipping_minor=1000)) == (0, 0, 1000, 150, 0, 1150)


def test_lines_without_a_tax_are_in_no_tax_group() -> None:
    found = of(line("1", "50.00"), line("1", "100.00", FULL))
    assert [(one.category, one.taxable_minor) for one in found.groups] == [
        ("S", 10000), (None, 5000),
    ]  # fmt: skip
    assert found.total_minor == 16500


@pytest.mark.parametrize(
    ("currency", "price", "tax", "total"),
    [("JPY", "333", 17, 350), ("SAR", "3.33", 17, 350), ("KWD", "3.333", 167, 3500)],
)
def test_currencies_of_no_two_and_three_digits(
    currency: str, price: str, tax: int, total: int
) -> None:
    """BI-07: 5 % of ¥333 are ¥17; of 3.333 KWD 0.167."""
    found = of(line("1", price, REDUCED, currency), currency=currency)
    assert (found.tax_minor, found.total_minor) == (tax, total)


def test_a_discount_never_takes_more_than_there_is() -> None:
    with pytest.raises(DiscountTooLarge) as refused:
        of(line("1", "1.00"), Line(quantity=Decimal(1), unit_price_minor=5,
                                   discount=Discount(amount_minor=6)))  # fmt: skip
    assert refused.value.field == "lines.1.discount"
    with pytest.raises(DiscountTooLarge) as refused:
        of(line("1", "1.00"), discount=Discount(amount_minor=101))
    assert refused.value.field == "discount"


def test_a_deposit_is_part_of_the_total() -> None:
    assert of(line("1", "1.00"), deposit_minor=100).total_minor == 100
    with pytest.raises(DepositTooLarge):
        of(line("1", "1.00"), deposit_minor=101)


def test_what_no_column_holds_is_refused() -> None:
    with pytest.raises(AmountTooLarge) as refused:
        of(line("1", "1.00"), line("99999999", "9999999999.99"))
    assert refused.value.field == "lines.1"
    with pytest.raises(AmountTooLarge):
        of(*[Line(quantity=Decimal(1), unit_price_minor=BIGINT // 2)] * 2)


@given(documents)
def test_everything_adds_up(document: Document) -> None:
    """BI-07, BI-13: no minor unit is lost or made between lines, groups and totals."""
    found = totals(document)
    groups = found.groups
    assert found.subtotal_minor == sum(one.net_minor for one in found.lines)
    assert found.subtotal_minor == sum(one.net_minor for one in groups)
    assert found.discount_minor == sum(one.discount_minor for one in groups)
    assert found.shipping_minor == sum(one.shipping_minor for one in groups)
    assert found.tax_minor == sum(one.tax_minor for one in groups)
    assert found.rounding_minor == sum(one.rounding_minor for one in groups)
    assert found.total_minor == (
        found.subtotal_minor - found.discount_minor + found.shipping_minor + found.tax_minor
        + found.rounding_minor
    )  # fmt: skip
    assert found.total_minor == sum(
        one.taxable_minor + one.tax_minor + one.rounding_minor for one in groups
    )


@given(documents)
def test_nothing_is_negative(document: Document) -> None:
    found = totals(document)
    assert min(figures(found)[:4]) >= 0
    assert found.total_minor >= 0
    for one in found.groups:
        assert 0 <= one.discount_minor <= one.net_minor
        assert min(one.taxable_minor, one.tax_minor, one.taxable_minor + one.tax_minor) >= 0


@given(documents, st.randoms(use_true_random=False))
def test_the_order_of_the_lines_changes_nothing(document: Document, random: object) -> None:
    shuffled = list(document.lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    other = totals(
        Document(currency=document.currency, lines=shuffled, discount=document.discount,
                 shipping_minor=document.shipping_minor)
    )  # fmt: skip
    found = totals(document)
    assert (figures(other), other.groups) == (figures(found), found.groups)


@given(st.lists(st.builds(Line, quantity=st.integers(1, 99).map(Decimal),
                          unit_price_minor=st.integers(0, 10**6),
                          tax=st.just(FULL_INCLUSIVE)), min_size=1, max_size=12))  # fmt: skip
def test_inclusive_prices_are_kept_to_the_minor_unit(given_lines: list[Line]) -> None:
    """Whatever the rounding, the client pays the prices on the labels."""
    asked = sum(int(one.quantity) * one.unit_price_minor for one in given_lines)
    found = totals(Document(currency="SAR", lines=given_lines))
    assert found.total_minor == asked
    assert abs(found.rounding_minor) <= len(given_lines) + 1


@given(st.lists(lines.filter(lambda one: one.tax is None or not one.tax.is_inclusive),
                min_size=1, max_size=12), percents)  # fmt: skip
def test_prices_without_tax_need_no_rounding(given_lines: list[Line], discount: Discount) -> None:
    found = totals(Document(currency="SAR", lines=given_lines, discount=discount))
    assert found.rounding_minor == 0


@given(documents)
def test_the_same_is_found_with_fractions(document: Document) -> None:
    """A second way to the figures, by exact fractions and without any of the engine's parts."""
    found = totals(document)
    assert (found.subtotal_minor, found.discount_minor, found.tax_minor, found.total_minor) == (
        _by_fractions(document)
    )


def _by_fractions(document: Document) -> tuple[int, int, int, int]:
    nets: dict[tuple[str, Fraction], int] = {}
    promised: dict[tuple[str, Fraction], Fraction] = {}
    for one in document.lines:
        price = _rounded(Fraction(one.quantity) * one.unit_price_minor)
        rest = price - _rounded(price * Fraction(one.discount.percent or 0) / 100)
        rate = Fraction(one.tax.rate) if one.tax else Fraction(0)
        key = (one.tax.category if one.tax else "~", rate)
        is_inclusive = one.tax is not None and one.tax.is_inclusive
        net = _rounded(rest / (1 + rate)) if is_inclusive else rest
        nets[key] = nets.get(key, 0) + net
        cost = Fraction(rest) if is_inclusive else net * (1 + rate)
        promised[key] = promised.get(key, Fraction(0)) + cost
    subtotal = sum(nets.values())
    discount = _rounded(subtotal * Fraction(document.discount.percent or 0) / 100)
    keys = sorted(nets)
    weights = [nets[key] for key in keys] if subtotal else [1] * len(keys)
    taken, carried = _split(discount, weights), _split(document.shipping_minor, weights)
    tax = total = 0
    for key, less, more in zip(keys, taken, carried, strict=True):
        net, rate = nets[key], key[1]
        tax += _rounded((net - less + more) * rate)
        left = Fraction(net - less, net) if net else Fraction(1)
        total += _rounded(promised[key] * left + more * (1 + rate))
    return subtotal, discount, tax, total


def _split(amount: int, weights: list[int]) -> list[int]:
    """Unit by unit to whoever is furthest below their share; ties go to the first."""
    whole = sum(weights)
    parts = [amount * weight // whole for weight in weights]
    while sum(parts) < amount:
        behind = [
            Fraction(amount * w, whole) - part for w, part in zip(weights, parts, strict=True)
        ]
        parts[behind.index(max(behind))] += 1
    return parts


def _rounded(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))
