"""Free times against a simple model that looks at every minute."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chassis.ids import new_id
from scheduling.availability.rules import days, hours
from scheduling.availability.rules.days import Leave, Override, Staff, minute_of, moment_of
from scheduling.availability.rules.hours import ALWAYS, DAY, WEEKDAYS, Week, week
from scheduling.availability.rules.slots import Wanted, slots

RIYADH: Final = "Asia/Riyadh"
FIRST: Final = date(2026, 3, 27)
LAST: Final = date(2026, 3, 31)
START: Final = minute_of(datetime(2026, 3, 27, tzinfo=UTC))
# London's clocks go forward on the 29th, New York's and Riyadh's do not in these days.
ZONES: Final = (RIYADH, "Europe/London", "America/New_York")

spans = st.tuples(st.integers(0, 95), st.integers(1, 40)).map(
    lambda one: (one[0] * 15, (one[0] + one[1]) * 15)
)


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    """Any hours of a week that do not overlap, some of them past midnight."""
    found: list[tuple[hours.Span, ...]] = []
    until = 0
    for _ in WEEKDAYS:
        of_day: list[hours.Span] = []
        for start, end in sorted(draw(st.lists(spans, max_size=2))):
            if start >= until:
                of_day.append((start, end))
                until = end
        found.append(tuple(of_day))
        until = max(until - DAY, 0)
    return tuple(found)


dates = st.integers(0, 6).map(lambda ahead: FIRST + timedelta(days=ahead - 1))


@st.composite
def staffs(draw: st.DrawFn) -> Staff:
    def between() -> tuple[date, date]:
        one, other = draw(dates), draw(dates)
        return min(one, other), max(one, other)

    overrides = [
        Override(*between(), draw(weeks())) for _ in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    leaves = [
        Leave(*between(), draw(st.one_of(st.just((0, DAY)), spans)))
        for _ in range(draw(st.integers(0, 2)))
    ]
    return Staff(
        new_id(), draw(st.sampled_from(ZONES)), draw(st.one_of(st.just(ALWAYS), weeks())),
        tuple(overrides), tuple(leaves), draw(st.booleans()), draw(st.sampled_from((0, 10))),
        draw(st.sampled_from((0, 20))),
    )  # fmt: skip


@st.composite
def asked(draw: st.DrawFn) -> Wanted:
    earliest = START + draw(st.integers(-600, 4_000))
    return Wanted(
        draw(st.integers(5, 200)), draw(st.sampled_from((5, 15, 20, 45, 60))), earliest,
        earliest + draw(st.integers(0, 5_000)), FIRST, LAST, draw(st.sampled_from((0, 15))),
        draw(st.sampled_from((0, 5))),
    )  # fmt: skip


busy_spans = st.lists(
    st.tuples(st.integers(-300, 7_200), st.integers(1, 400)).map(
        lambda one: (START + one[0], START + one[0] + one[1])
    ),
    max_size=6,
).map(sorted)


def wall(zone: str, day: date, minute: int) -> int:
    local = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
    return minute_of(local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC))


def by_the_minute(
    staff: Staff, wanted: Wanted, busy: list[hours.Span], holidays: frozenset[date]
) -> set[int]:
    """Which minutes are worked, then which of those that are offered fit."""
    open_: set[int] = set()
    offered: set[int] = set()
    for ahead in range(-1, (LAST - FIRST).days + 2):
        day = FIRST + timedelta(days=ahead)
        if day in holidays and not staff.works_on_holidays:
            continue
        over = next((one for one in staff.overrides if one.first <= day <= one.last), None)
        for start, end in (over.week if over else staff.week)[day.weekday()]:
            since, until = wall(staff.zone, day, start), wall(staff.zone, day, end)
            open_ |= set(range(since, until))
            offered |= set(range(since, until, wanted.step))
    for one in staff.leaves:
        for ahead in range((one.last - one.first).days + 1):
            day = one.first + timedelta(days=ahead)
            start, end = (wall(staff.zone, day, at) for at in one.span)
            open_ -= set(range(start, end))
    before = max(wanted.buffer_before, staff.buffer_before)
    after = max(wanted.buffer_after, staff.buffer_after)
    return {
        at for at in offered
        if wanted.earliest <= at < wanted.latest
        and all(minute in open_ for minute in range(at, at + wanted.minutes))
        and not any(at - before < end and start < at + wanted.minutes + after
                    for start, end in busy)
    }  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(staffs(), asked(), busy_spans, st.frozensets(dates, max_size=2))
def test_slots_lie_inside_hours_and_never_overlap_what_is_taken(
    staff: Staff, wanted: Wanted, busy: list[hours.Span], holidays: frozenset[date]
) -> None:
    """SC-05: and every time that is free is offered."""
    found = slots(staff, wanted, busy, holidays)
    assert found == sorted(set(found))
    assert set(found) == by_the_minute(staff, wanted, busy, holidays)


def test_who_has_no_hours_is_free_all_day_and_through_the_night() -> None:
    night = minute_of(datetime(2026, 3, 28, 20, 30, tzinfo=UTC))
    wanted = Wanted(120, 30, night, night + 1, FIRST, LAST)
    assert slots(Staff(new_id(), RIYADH), wanted) == [night]


def test_hours_of_ramadan_go_on_after_midnight() -> None:
    """SC-05: a dated override, of an evening that ends on the next day."""
    evening = week([{"days": list(WEEKDAYS), "from": "21:00", "to": "02:00",
                     "breaks": [{"from": "00:30", "to": "01:00"}]}])  # fmt: skip
    usual = week([{"days": ["saturday", "sunday"], "from": "09:00", "to": "17:00"}])
    staff = Staff(new_id(), RIYADH, usual, (Override(FIRST, FIRST, evening),))
    since, until = (minute_of(datetime(2026, 3, day, tzinfo=UTC)) for day in (27, 29))
    found = slots(staff, Wanted(60, 60, since, until, FIRST, FIRST + timedelta(days=1)))
    shown = [f"{moment_of(one).astimezone(ZoneInfo(RIYADH)):%d %H:%M}" for one in found]
    assert shown == ["27 21:00", "27 22:00", "27 23:00", "28 01:00",
                     *[f"28 {hour:02}:00" for hour in range(9, 17)]]  # fmt: skip


@pytest.mark.parametrize(
    ("given_", "field"),
    [
        ([{"days": ["monday"], "from": "09:00", "to": "12:00"},
          {"days": ["monday"], "from": "11:00", "to": "13:00"}], "hours.1"),
        ([{"days": ["sunday"], "from": "22:00", "to": "03:00"},
          {"days": ["monday"], "from": "02:00", "to": "04:00"}], "hours.1"),
        ([{"days": ["monday"], "from": "09:00", "to": "12:00",
           "breaks": [{"from": "08:00", "to": "09:30"}]}], "hours.0.breaks.0"),
        ([{"days": ["monday"], "from": "09:00", "to": "17:00",
           "breaks": [{"from": "12:00", "to": "13:00"}, {"from": "12:30", "to": "14:00"}]}],
         "hours.0.breaks.1"),
        ([{"days": ["monday"], "from": "24:00", "to": "12:00"}], "hours.0.from"),
        ([{"days": ["monday"], "from": "9:00", "to": "12:00"}], "hours.0.from"),
    ],
)  # fmt: skip
def test_hours_that_cannot_be_are_refused_by_their_field(given_: Any, field: str) -> None:
    with pytest.raises((hours.HoursOverlap, hours.BreakOutside, hours.NotATime)) as refused:
        week(given_)
    assert refused.value.field == field


def test_instants_within_a_minute_take_all_of_it() -> None:
    at = datetime(2026, 3, 27, 9, 0, 30, tzinfo=UTC)
    assert (days.minute_of(at), days.minute_after(at)) == (START + 540, START + 541)


def test_leave_of_years_is_looked_at_on_the_days_that_are_asked_for() -> None:
    """SC-05: five hundred of them cost no more than those days."""
    years = FIRST - timedelta(days=500), FIRST + timedelta(days=599)
    leaves = [Leave(*years, (place, place + 60)) for place in range(500)]
    staff = Staff(new_id(), RIYADH, ALWAYS, (), tuple(leaves))
    [(since, _)] = [span for span in days.open_spans(staff, days.grid(staff, FIRST, FIRST)) if span]
    assert since == START - 180 + 559
    assert len(days.away(staff, START, START + DAY)) <= 6 * len(leaves)
