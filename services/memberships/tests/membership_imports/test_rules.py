"""Which days a membership of before covers, and what its cells mean."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.errors import Failure
from memberships.calendar.rules import MOST, Span, plus
from memberships.membership_imports import rules
from memberships.memberships.rules.coverage import Paid, coverage

STARTS = st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 12, 31))
UNITS = st.sampled_from(sorted(MOST))


def renewal(start: date, span: Span, *more: Span) -> date | None:
    paid = [Paid(number, start, 7, one) for number, one in enumerate((span, *more), 1)]
    return coverage(start, paid, []).renewal_date


@given(STARTS, st.integers(min_value=1, max_value=9_000), UNITS, st.integers(1, 10))
def test_the_renewal_date_is_what_the_file_says(
    start: date, days: int, unit: str, count: int
) -> None:
    """ME-03: whatever package it is of, and however long ago it began."""
    until = start + timedelta(days=days)
    span = rules.span_until(start, until, Span(unit, count))  # type: ignore[arg-type]
    assert renewal(start, span) == until


@given(STARTS, st.integers(1, 60), st.sampled_from(("month", "year", "hijri_month")))
def test_it_goes_on_as_if_it_had_always_been_here(start: date, times: int, unit: str) -> None:
    """ME-03, ME-06: began on the 31st, paid until 28 February, the next one ends on 31 March."""
    sold = Span(unit, 1)  # type: ignore[arg-type]
    until = plus(start, sold, times)
    span = rules.span_until(start, until, sold)
    assert renewal(start, span, sold) == plus(start, sold, times + 1)


def test_the_last_day_of_february() -> None:
    """ME-03"""
    month = Span("month", 1)
    span = rules.span_until(date(2026, 1, 31), date(2026, 2, 28), month)
    assert span == month
    assert renewal(date(2026, 1, 31), span, month) == date(2026, 3, 31)
    # No month ends there: so many days, and the next one from that day on.
    odd = rules.span_until(date(2026, 1, 31), date(2026, 3, 5), month)
    assert (odd, renewal(date(2026, 1, 31), odd, month)) == (Span("day", 33), date(2026, 4, 5))
    assert rules.span_until(date(2026, 1, 1), date(2026, 2, 1), Span("week", 1)) == Span("day", 31)


def test_until_when_it_is_paid_is_said_in_either_way() -> None:
    """ME-03: the first day that is not paid, or the last one that is."""
    start, first, last = date(2026, 1, 1), date(2026, 2, 1), date(2026, 1, 31)
    both: list[tuple[date | None, date | None]] = [(first, None), (None, last), (first, last)]
    for renews, ends in both:
        assert rules.renewal_of(start, renews, ends) == first
    assert rules.renewal_of(start, None, start) == date(2026, 1, 2)
    wrong: list[tuple[type[Failure], str, date | None, date | None]] = [
        (rules.EndNeeded, "renewal_date", None, None), (rules.DaysDiffer, "last_day", first, first),
        (rules.NoDayCovered, "renewal_date", start, None),
        (rules.NoDayCovered, "last_day", None, date(2025, 12, 31)),
        (rules.NoDayCovered, "last_day", None, date(2999, 12, 31)),
    ]  # fmt: skip
    for failure, field, renews, ends in wrong:
        with pytest.raises(failure) as refused:
            rules.renewal_of(start, renews, ends)
        assert refused.value.field == field


@given(STARTS, st.integers(0, 60), st.integers(-90, 90))
def test_what_has_ended_renews_by_hand(renews: date, tolerance: int, after: int) -> None:
    """ME-06: within the tolerance it still renews by itself."""
    day = renews + timedelta(days=after)
    if after < tolerance:
        rules.check_renews(renews, tolerance, day)
        return
    with pytest.raises(rules.HasEnded):
        rules.check_renews(renews, tolerance, day)


def test_cells_as_people_write_them() -> None:
    """ME-02: days in either calendar, yes and no in either language."""
    paths = ("client.code", "start_date", "renewal_date", "auto_renew", "package")
    places = {path: [(at, path)] for at, path in enumerate(paths)}
    body = rules.body_of(("C-1", "١/٢/٢٠٢٦", "20/08/1447", "نعم", " شهري "), places)
    assert body.values == {
        "client": ("code", "C-1"), "start_date": "2026-02-01", "renewal_date": "2026-02-08",
        "auto_renew": True, "package": "شهري",
    }  # fmt: skip
