"""Periods of subscriptions: no day twice, none left out, and parts that never exceed the whole."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.credit_notes.rules import left_of, take
from billing.subscriptions.rules import periods as rules
from billing.subscriptions.rules import prorating
from billing.subscriptions.rules.periods import Rhythm, period, periods
from billing.subscriptions.rules.prorating import prorated
from billing.totals.rules.written import figures
from chassis.money import Money

Json = dict[str, Any]
days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
rhythms = st.one_of(
    st.builds(Rhythm, unit=st.sampled_from(["day", "week"]), count=st.integers(1, 60),
              starts_on=days),
    st.builds(Rhythm, unit=st.sampled_from(["month", "year"]), count=st.integers(1, 12),
              starts_on=days, anchor_day=st.none() | st.integers(1, 31)),
)  # fmt: skip
# Not so small that a single unit decides which tax group carries the shipping.
amounts = st.integers(10**4, 10**7).map(lambda minor: f"{minor // 100}.{minor % 100:02}")
discounts = st.none() | st.integers(0, 90).map(lambda n: {"type": "percent", "value": str(n)})
taxes = st.sampled_from([
    None, {"category": "S", "rate": "0.15", "inclusive": False},
    {"category": "S", "rate": "0.15", "inclusive": True},
])  # fmt: skip
lines = st.fixed_dictionaries({
    "quantity": st.integers(1_000, 9_000).map(lambda n: f"{n / 1000:.3f}"), "unit_price": amounts,
    "discount": discounts, "tax": taxes,
})  # fmt: skip


def begins(rhythm: Rhythm, count: int) -> list[str]:
    return [period(rhythm, place).begins.isoformat() for place in range(count)]


def test_the_thirty_first_is_the_last_day_of_each_month() -> None:
    """BI-16: 31 January, 28 February, 31 March."""
    monthly = Rhythm("month", 1, date(2026, 1, 31))
    assert begins(monthly, 4) == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


def test_a_leap_day_comes_back_in_leap_years() -> None:
    yearly = Rhythm("year", 1, date(2024, 2, 29))
    assert begins(yearly, 5) == [
        "2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29",
    ]  # fmt: skip


def test_a_start_off_the_anchor_day_makes_a_short_first_period() -> None:
    monthly = Rhythm("month", 1, date(2026, 3, 17), anchor_day=1)
    assert begins(monthly, 3) == ["2026-03-17", "2026-04-01", "2026-05-01"]
    assert period(monthly, 0).share == Fraction(15, 31)
    assert period(monthly, 1).share == 1


def test_none_begins_after_the_end_and_only_so_many_are_billed() -> None:
    weekly = Rhythm("week", 2, date(2026, 1, 4))
    until = periods(weekly, 0, ends_on=date(2026, 2, 1), left=None)
    assert [one.begins.day for one in until] == [4, 18, 1]
    assert [one.place for one in periods(weekly, 1, ends_on=None, left=2)] == [1, 2]


@given(rhythms, st.integers(0, 40))
def test_periods_follow_each_other_without_gap_or_overlap(rhythm: Rhythm, place: int) -> None:
    one, other = period(rhythm, place), period(rhythm, place + 1)
    assert rhythm.starts_on <= one.begins < one.ends == other.begins
    assert 0 < one.share <= 1 and (place == 0 or one.share == 1)


@given(rhythms, st.integers(0, 10), st.integers(-50, 800))
def test_what_goes_on_goes_on_with_the_first_period_of_that_day_or_later(
    rhythm: Rhythm, place: int, after: int
) -> None:
    day = rhythm.starts_on + timedelta(days=after)
    found = rules.place_from(rhythm, place, day)
    assert found >= place and period(rhythm, found).begins >= day
    assert found == place or period(rhythm, found - 1).begins < day


@given(rhythms)
def test_all_ends_with_the_calendar(rhythm: Rhythm) -> None:
    ending = periods(rhythm, 0, ends_on=rhythm.starts_on, left=None)
    assert [one.place for one in islice(ending, 3)] == [0]


@given(
    st.lists(lines, min_size=1, max_size=6), discounts, amounts,
    st.fractions(Fraction(1, 31), 1, max_denominator=366),
)  # fmt: skip
def test_a_part_is_its_share_and_never_more_than_the_whole(
    asked: list[Json], discount: Json | None, shipping: str, share: Fraction
) -> None:
    extras = {"discount": discount, "shipping": shipping, "deposit": None}
    whole = figures("SAR", asked, extras)
    given_lines = {"lines": asked, **extras}
    part = figures("SAR", (p := prorated(given_lines, whole, share))["lines"], p)
    assert part["total_minor"] <= whole["total_minor"]
    # A minor unit for each line, each discount and each group that is rounded.
    wanted = whole["total_minor"] * share
    assert abs(part["total_minor"] - wanted) <= 3 * len(asked) + 4


@given(st.integers(1, 10**6), st.fractions(0, 1, max_denominator=31))
def test_a_discount_of_everything_is_one_of_every_part(price: int, share: Fraction) -> None:
    line = {"quantity": "1", "unit_price": f"{price / 100:.2f}", "discount": None, "tax": None}
    extras: Json = {"discount": {"type": "amount", "value": line["unit_price"]}, "shipping": None}
    whole = figures("SAR", [line] * 3, extras)
    part = prorated({"lines": [line] * 3, **extras}, whole, share)
    assert figures("SAR", part["lines"], part)["total_minor"] <= whole["total_minor"]


@pytest.mark.parametrize("unit", ["day", "week"])
def test_only_months_have_an_anchor_day(unit: str) -> None:
    with pytest.raises(rules.AnchorWithoutMonths):
        rules.check_rhythm(unit, 15)


@st.composite
def _invoiced(draw: st.DrawFn) -> Json:
    currency = draw(st.sampled_from(["SAR", "KWD", "JPY"]))
    most = 10**9
    lines = []
    for _ in range(draw(st.integers(1, 5))):
        price = Money(draw(st.integers(0, most)), currency).format()
        rate = draw(st.sampled_from([None, "0.15", "0.05"]))
        tax = rate and {"category": "S", "rate": rate, "inclusive": draw(st.booleans())}
        percent = {"type": "percent", "value": str(draw(st.integers(0, 100)))}
        lines.append({
            "quantity": draw(st.sampled_from(["1", "3", "0.333333", "12.5"])), "unit_price": price,
            "discount": draw(st.sampled_from([None, percent])), "tax": tax, "tax_id": None,
        })  # fmt: skip
    shipping = Money(draw(st.integers(0, 10**5)), currency).format()
    subtotal = figures(currency, lines, {})["subtotal_minor"]
    amount = Money(draw(st.integers(0, subtotal)), currency).format()
    discount = draw(st.sampled_from([
        None, {"type": "amount", "value": amount}, {"type": "percent", "value": "12.5"},
    ]))  # fmt: skip
    return figures(currency, lines, {"discount": discount, "shipping": shipping})


@given(_invoiced(), st.integers(0, 365), st.integers(1, 366))
def test_no_part_of_an_invoice_is_above_its_share(invoice: Json, days: int, of: int) -> None:
    """BI-16: by line and in all, in every currency, with taxes in the price; all of it is all."""
    share, currency = Fraction(min(days, of), of), invoice["currency"]
    lines = prorating.credited_lines(invoice["lines"], currency, share)
    extras = prorating.credited_extras(invoice, lines, share)
    part = figures(currency, lines, extras)
    assert 0 <= part["total_minor"] <= invoice["total_minor"]
    left = take(left_of(invoice["lines"], currency), part["lines"], currency)
    if share == 1:
        assert part["total_minor"] == invoice["total_minor"]
        assert {(one["quantity"], Decimal(one["amount"])) for one in left} == {("0", Decimal(0))}
    for before, one in zip(invoice["lines"], part["lines"], strict=True):
        net = [Money.parse(line["net"], currency).amount_minor for line in (before, one)]
        assert net[1] <= net[0] * share + 1


@given(st.dates(date(2020, 1, 1), date(2100, 1, 1)), st.integers(0, 400), st.integers(-5, 405))
def test_the_days_used_and_unused_are_all_days(begins: date, days: int, at: int) -> None:
    """BI-16"""
    ends, day = begins + timedelta(days=days), begins + timedelta(days=at)
    share = prorating.unused(begins, ends, day)
    used = min(max(at, 0), days + 1)
    assert 1 - share == Fraction(used, days + 1)


KEYS = st.sampled_from([("S", "0.15"), ("S", "0.05"), ("Z", "0"), prorating.NO_TAX])
SUMS = st.dictionaries(KEYS, st.integers(0, 10**9), max_size=4)


@given(SUMS, SUMS, st.integers(1, 366), st.data())
def test_a_change_there_and_back_is_no_change(
    now: dict[Any, int], then: dict[Any, int], days: int, data: st.DataObject
) -> None:
    """BI-16: never more than the exact difference, which is less than a minor unit away."""
    share = Fraction(data.draw(st.integers(0, days)), days)
    before = prorating.rest_of(now, share, [])
    after = {key: minor * share for key, minor in then.items()}
    there, back = prorating.difference(before, after), prorating.difference(after, before)
    assert there == {key: -minor for key, minor in back.items()}
    assert prorating.difference(before, before) == {}
    for key in {*now, *then}:
        exact = (then.get(key, 0) - now.get(key, 0)) * share
        assert abs(there.get(key, 0)) <= abs(exact) < abs(there.get(key, 0)) + 1
    charged = {key: minor for key, minor in there.items() if minor > 0}
    credited = {key: minor for key, minor in there.items() if minor < 0}
    if charged and credited:
        with pytest.raises(rules.ChangeMixed):
            prorating.is_charge(there)
    elif there:
        assert prorating.is_charge(there) == bool(charged)
    credits = [({key: -minor for key, minor in credited.items()}, Fraction(1))]
    left = prorating.rest_of(now, share, credits)
    assert all(minor >= 0 for minor in left.values())


@given(_invoiced())
def test_what_is_taxed_alike_is_all_of_a_document_but_its_tax(invoice: Json) -> None:
    """BI-16"""
    net = invoice["total_minor"] - invoice["tax_minor"] - invoice["rounding_minor"]
    assert sum(prorating.by_tax(invoice).values()) == net
