"""Which days are covered: the same whatever the order, and as one counts them on a calendar."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count, pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from memberships.calendar.rules import Span
from memberships.memberships.rules.coverage import Paid, Rest, coverage, first_open, skipped_days
from memberships.memberships.rules.status import Facts, look_on, status
from memberships.memberships.rules.telling import told
from services.memberships.tests.memberships.naive import DAY, live, status_of

JANUARY: date = date(2026, 1, 31)
MONTH = Span("month", 1)
# Around the days on which calendars differ: the ends of months, a leap year, a new Hijri year.
STARTS = st.one_of(
    st.dates(date(2023, 11, 1), date(2026, 12, 31)),
    st.sampled_from([date(2026, 1, 31), date(2024, 1, 31), date(2024, 2, 29), date(2025, 6, 26)]),
)
SPANS = st.one_of(
    st.builds(Span, st.sampled_from(["month", "hijri_month"]), st.integers(1, 3)),
    st.builds(Span, st.just("week"), st.integers(1, 6)),
    st.builds(Span, st.just("day"), st.integers(1, 40)),
    st.just(Span("year", 1)),
)


@st.composite
def histories(draw: Any) -> tuple[date, list[Paid], list[Rest]]:
    """A start, periods asked for in order, and rests that do not overlap."""
    start, span = draw(STARTS), draw(SPANS)
    paid, asked = [], start
    for number in range(1, draw(st.integers(0, 4)) + 1):
        if number > 1:
            asked += DAY * draw(st.integers(0, 75))
        paid.append(Paid(number, asked, draw(st.integers(0, 10)), span))
    rests, day = [], start - DAY * draw(st.integers(0, 10))
    for _ in range(draw(st.integers(0, 4))):
        day += DAY * draw(st.integers(0, 50))
        last = day + DAY * draw(st.integers(0, 30))
        kind = draw(st.sampled_from(["freeze", "suspension"]))
        extends = kind == "suspension" or draw(st.booleans())
        rests.append(Rest(kind, day, last, extends))
        day = last + DAY
    return start, paid, rests


def _periods(start: date, paid: list[Paid], rests: list[Rest]) -> list[tuple[str, str]]:
    return [(str(one.starts_on), str(one.ends_on)) for one in coverage(start, paid, rests).periods]


def _monthly(*asked: date, tolerance: int = 7) -> list[Paid]:
    return [Paid(place, one, tolerance, MONTH) for place, one in enumerate(asked, 1)]


def test_the_thirty_first_comes_back() -> None:
    """ME-03: 31 January + 1 month = 28 February, then 31 March."""
    paid = _monthly(JANUARY, date(2026, 2, 28), date(2026, 3, 31))
    assert _periods(JANUARY, paid, []) == [
        ("2026-01-31", "2026-02-28"), ("2026-02-28", "2026-03-31"), ("2026-03-31", "2026-04-30"),
    ]  # fmt: skip


def test_inside_the_tolerance_the_old_end_counts_and_after_it_the_day_of_renewal() -> None:
    """ME-06: seven days of it are the day that it ends on, and the six after."""
    ends = date(2026, 2, 28)
    for tolerance, late, goes_on in (
        (7, 0, True), (7, 6, True), (7, 7, False), (7, 8, False), (1, 0, True), (1, 1, False),
        (0, -1, True), (0, 0, True), (0, 1, False),
    ):  # fmt: skip
        asked = _monthly(JANUARY, ends + DAY * late, tolerance=tolerance)
        found = coverage(JANUARY, asked, []).periods[1]
        assert found.starts_on == (ends if goes_on else ends + DAY * late)
        assert found.begins_run != goes_on


@given(histories(), st.integers(-20, 40))
@settings(max_examples=200, deadline=None)
def test_what_is_asked_for_goes_on_just_as_long_as_it_is_not_expired(
    history: tuple[date, list[Paid], list[Rest]], after: int
) -> None:
    """ME-04, ME-06: who is told `expired` today begins anew today, and nobody else does."""
    start, paid, rests = history
    before = coverage(start, paid[:-1], rests)
    if not before.periods or before.renewal_date is None:
        return
    last = replace(paid[-1], asked_on=before.renewal_date + DAY * after)
    facts = Facts(cancelled_on=None, rests=[], coverage=before, tolerance_days=last.tolerance_days)
    is_over = after > 0 and status(last.asked_on, facts) == "expired"
    assert coverage(start, [*paid[:-1], last], rests).periods[-1].begins_run == is_over


def test_renewing_early_stacks() -> None:
    """ME-06"""
    paid = _monthly(JANUARY, date(2026, 2, 1), date(2026, 2, 2))
    assert coverage(JANUARY, paid, []).renewal_date == date(2026, 4, 30)


def test_a_freeze_of_three_months_moves_june_to_september() -> None:
    """ME-07: the vendor's own example, in days."""
    start = date(2026, 5, 1)
    freeze = Rest("freeze", date(2026, 5, 20), date(2026, 8, 19), True)
    kept, lost = [
        coverage(start, _monthly(start), [Rest("freeze", freeze.from_day, freeze.to_day, extends)])
        for extends in (True, False)
    ]
    assert kept.renewal_date == date(2026, 6, 1) + DAY * 92 == date(2026, 9, 1)
    assert lost.renewal_date == date(2026, 6, 1)
    assert (kept.periods[0].skipped, lost.periods[0].skipped) == (92, 0)


def test_a_period_begins_on_the_first_day_that_is_not_frozen() -> None:
    """ME-07"""
    rests = [Rest("freeze", JANUARY, JANUARY + DAY * 9, True)]
    [one] = coverage(JANUARY, _monthly(JANUARY), rests).periods
    assert (one.starts_on, one.anchor) == (date(2026, 2, 10),) * 2
    # Frozen from the very day it would end on, the next one begins when that is over.
    rests = [Rest("freeze", date(2026, 2, 28), date(2026, 3, 9), True)]
    found = coverage(JANUARY, _monthly(JANUARY, date(2026, 3, 16)), rests).periods
    assert (found[0].ends_on, found[0].lapses_on) == (date(2026, 2, 28), date(2026, 3, 10))
    assert (found[1].starts_on, found[1].begins_run) == (date(2026, 3, 10), False)


def test_what_an_open_suspension_makes_unknown_is_none() -> None:
    """ME-07"""
    paid = _monthly(JANUARY, date(2026, 2, 1))
    found = coverage(JANUARY, paid, [Rest("suspension", date(2026, 2, 10), None, True)])
    assert found.renewal_date is None
    assert [(one.starts_on, one.ends_on) for one in found.periods] == [
        (JANUARY, None), (None, None)
    ]  # fmt: skip
    assert next(one.length for one in found.periods) == 28
    ended = coverage(
        JANUARY, paid, [Rest("suspension", date(2026, 2, 10), date(2026, 2, 19), True)]
    )
    assert ended.renewal_date == date(2026, 4, 10)


def test_a_period_that_is_taken_back_is_as_if_it_never_was() -> None:
    """ME-06: the later ones move up."""
    paid = _monthly(JANUARY, date(2026, 2, 25), date(2026, 3, 25))
    assert _periods(JANUARY, [paid[0], paid[2]], [])[1] == ("2026-03-25", "2026-04-25")
    early = [Paid(3, date(2026, 2, 27), 7, MONTH)]
    assert _periods(JANUARY, [paid[0], *early], []) == _periods(JANUARY, paid[:2], [])
    # One that was renewed after it had run out keeps the days it was renewed for.
    late = _monthly(JANUARY, date(2026, 7, 1))
    assert _periods(JANUARY, late[1:], []) == _periods(JANUARY, late, [])[1:]


@given(histories(), st.randoms())
@settings(max_examples=400, deadline=None)
def test_days_are_as_one_counts_them_whatever_the_order(
    history: tuple[date, list[Paid], list[Rest]], random: Any
) -> None:
    """ME-03, ME-06, ME-07: over permutations of payments, reopenings and freezes."""
    start, paid, rests = history
    known = [one for one in paid if random.random() < 0.8]
    lived = live(start, known, rests)
    random.shuffle(known), random.shuffle(rests)
    found = coverage(start, known, rests)
    for one in found.periods:
        days = lived.days[one.number]
        assert (one.starts_on, one.ends_on) == (days[0], days[-1] + DAY)
        assert (one.length, one.skipped) == (len(days), (days[-1] - days[0]).days + 1 - len(days))
    assert found.renewal_date == (lived.renewal_date if known else None)


@given(histories(), st.integers(0, 200), st.integers(0, 10), st.none() | st.integers(0, 200))
@settings(max_examples=400, deadline=None)
def test_a_status_is_what_its_day_is(
    history: tuple[date, list[Paid], list[Rest]], after: int, tolerance: int, ends: int | None
) -> None:
    """ME-04"""
    start, paid, rests = history
    day = start - DAY * 5 + DAY * after
    cancelled_on = None if ends is None else start + DAY * ends
    facts = Facts(cancelled_on=cancelled_on, rests=rests, coverage=coverage(start, paid, rests),
                  tolerance_days=tolerance)  # fmt: skip
    expected = status_of(day, start, paid, rests, tolerance, cancelled_on)
    assert status(day, facts) == expected


@given(histories(), st.integers(0, 10), st.none() | st.integers(0, 200))
@settings(max_examples=150, deadline=None)
def test_whoever_looks_on_the_days_told_misses_no_change(
    history: tuple[date, list[Paid], list[Rest]], tolerance: int, ends: int | None
) -> None:
    """ME-04: between two looks the status stays."""
    start, paid, rests = history
    cancelled_on = None if ends is None else start + DAY * ends
    facts = Facts(cancelled_on=cancelled_on, rests=rests, coverage=coverage(start, paid, rests),
                  tolerance_days=tolerance)  # fmt: skip
    day = start - DAY * 20
    due = look_on(day, facts)
    for _ in range(400):
        before, day = status(day, facts), day + DAY
        if day == due:
            due = look_on(day, facts)
            continue
        assert status(day, facts) == before


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=8))
def test_stretches_of_rest_neither_meet_nor_overlap(given_: list[tuple[int, int]]) -> None:
    rests = [
        Rest("freeze", JANUARY + DAY * begins, JANUARY + DAY * (begins + days), True)
        for begins, days in given_
    ]
    found = skipped_days(rests)
    for (_, until), (begins, _) in pairwise(found):
        assert until is not None and until < begins
    for place in range(90):
        day = JANUARY + timedelta(place)
        later = next(one for one in (day + DAY * n for n in count())
                     if not any(rest.holds_on(one) for rest in rests))  # fmt: skip
        assert first_open(day, found) == later


def test_what_a_change_of_status_tells() -> None:
    """ME-04"""
    for before, after, verb, expected in (
        ("active", "active", None, []), ("active", "grace", None, ["grace_begun"]),
        ("expired", "grace", None, []), ("grace", "expired", None, ["expired"]),
        ("frozen", "expired", None, ["unfrozen", "expired"]),
        ("frozen", "active", "unfrozen", []), ("frozen", "suspended", "suspended", []),
        ("upcoming", "active", None, ["started"]), ("pending_payment", "active", None, ["started"]),
        ("active", "cancelled", None, ["ended"]), ("active", "cancelled", "cancelled", []),
        ("suspended", "active", "resumed", []),
    ):  # fmt: skip
        is_first = "started" in expected
        assert told(before, after, verb, is_first=is_first) == expected
    rested = told("suspended", "active", "resumed", is_first=True)
    assert rested == ["started"]
    assert told("pending_payment", "active", None, is_first=False) == []
