"""Spans of time: counted from their anchor, never from boundary to boundary."""

import itertools
from datetime import date, timedelta

import pytest
from hijridate import Gregorian, Hijri
from hypothesis import given
from hypothesis import strategies as st

from memberships.calendar import rules
from memberships.calendar.rules import Run, Span, plus

DAYS = st.dates(date(1950, 1, 1), date(2060, 12, 31))


def _boundaries(anchor: str, span: Span, count: int) -> list[str]:
    first = date.fromisoformat(anchor)
    return [plus(first, span, times).isoformat() for times in range(count)]


def test_the_thirty_first_is_the_last_day_of_each_month() -> None:
    """ME-06: 31 January + 1 month = 28 February, then 31 March."""
    assert _boundaries("2026-01-31", Span("month", 1), 4) == [
        "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30",
    ]  # fmt: skip
    assert _boundaries("2028-01-31", Span("month", 1), 2)[1] == "2028-02-29"


def test_a_leap_day_comes_back_in_leap_years() -> None:
    assert _boundaries("2024-02-29", Span("year", 1), 5) == [
        "2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29",
    ]  # fmt: skip


def test_a_hijri_month_is_as_long_as_umm_al_qura_has_it() -> None:
    """ME-08: 30 Sha'ban 1447 + 1 month is the last of Ramadan."""
    found = [plus(date(2026, 2, 18), Span("hijri_month", 1), times) for times in range(13)]
    as_hijri = [Gregorian(one.year, one.month, one.day).to_hijri() for one in found]
    assert [(one.year, one.month) for one in as_hijri] == [
        (1447 + (8 + n) // 12, (8 + n) % 12 + 1) for n in range(13)
    ]
    assert len({one.day for one in as_hijri}) == 1


@given(DAYS, st.integers(1, 60))
def test_hijri_months_keep_their_day_or_take_the_last(anchor: date, months: int) -> None:
    start = Gregorian(anchor.year, anchor.month, anchor.day).to_hijri()
    after = plus(anchor, Span("hijri_month", months))
    found = Gregorian(after.year, after.month, after.day).to_hijri()
    length = Hijri(found.year, found.month, 1).month_length()
    assert found.day == min(start.day, length)
    assert (found.year * 12 + found.month) - (start.year * 12 + start.month) == months


@given(DAYS, st.sampled_from(["day", "week", "month", "year", "hijri_month"]), st.integers(1, 9))
def test_boundaries_only_grow(anchor: date, unit: rules.Unit, count: int) -> None:
    found = [plus(anchor, Span(unit, count), times) for times in range(8)]
    assert found == sorted(set(found))


@given(DAYS, st.integers(1, 9), st.integers(0, 9))
def test_days_and_weeks_are_so_many_days(anchor: date, count: int, times: int) -> None:
    assert plus(anchor, Span("day", count), times) == anchor + timedelta(count * times)
    assert plus(anchor, Span("week", count), times) == anchor + timedelta(7 * count * times)


@given(DAYS, st.lists(st.tuples(st.sampled_from(["month", "year"]), st.integers(1, 9))))
def test_a_run_is_counted_from_its_anchor(
    anchor: date, given_: list[tuple[rules.Unit, int]]
) -> None:
    run, months = Run(anchor), 0
    for unit, count in given_:
        run = run.then(Span(unit, count))
        months += count * (12 if unit == "year" else 1)
        assert run.boundary == plus(anchor, Span("month", 1), months)


def test_where_a_run_changes_its_calendar_it_goes_on_from_the_day_reached() -> None:
    run = Run(date(2026, 1, 31)).then(Span("month", 1)).then(Span("week", 1))
    assert run.boundary == date(2026, 3, 7)
    assert run.then(Span("month", 1)).boundary == date(2026, 4, 7)


def test_calendars_end() -> None:
    """Beyond what a calendar knows, boundaries still come, and none is refused or goes back."""
    last = date(2999, 12, 31)
    assert plus(date(2995, 1, 1), Span("year", 10)) == last
    assert plus(last, Span("month", 1)) == last
    beyond = [plus(date(2077, 9, 1), Span("hijri_month", 1), times) for times in range(6)]
    assert [(b - a).days in (29, 30) for a, b in itertools.pairwise(beyond)] == [True] * 5
    assert plus(date(1900, 1, 1), Span("hijri_month", 12)) == date(1900, 12, 21)


def test_nothing_is_sold_for_longer_than_ten_years() -> None:
    rules.check_span("year", 10, "period")
    with pytest.raises(rules.SpanTooLong):
        rules.check_span("hijri_month", 121, "period")
