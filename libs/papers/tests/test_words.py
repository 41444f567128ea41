"""How values are written on paper."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.words import grouped, hijri, percent, text


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("0.00", "0.00"), ("-0.01", "-0.01"), ("1234567.500", "1,234,567.500"), ("999", "999")],
)
def test_amounts_are_grouped(amount: str, expected: str) -> None:
    assert grouped(amount) == f"\u2066{expected}\u2069"


@pytest.mark.parametrize(("rate", "expected"), [("0.15", "15%"), ("0", "0%"), ("0.055", "5.5%")])
def test_rates_are_percentages(rate: str, expected: str) -> None:
    assert percent(rate) == expected


def test_days_are_told_in_both_calendars() -> None:
    """BI-03: and where nobody knows the other one, in one."""
    assert hijri(date(2026, 3, 1), "ar") == "\u206712 رمضان 1447 هـ\u2069"
    assert hijri(date(2026, 3, 1), "en") == "\u206612 Ramadan 1447 AH\u2069"
    assert hijri(date(1900, 1, 1), "ar") is hijri(date(2999, 1, 1), "both") is None


@given(st.text())
def test_what_somebody_wrote_turns_nothing_around_it(value: str) -> None:
    """BI-03: nor does it run out of its column."""
    found = text(value)
    assert found.count("\u2068") == found.count("\u2069")
    assert not set(found) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u200f\x00\x07")
    words = found.replace("\u200b", " ").replace("\n", " ").split()
    assert all(len(word) <= 32 for word in words)
