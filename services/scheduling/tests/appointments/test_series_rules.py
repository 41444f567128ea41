"""What becomes of each of a series as the series is moved, by plain values."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from hypothesis import assume, given
from hypothesis import strategies as st

from chassis.errors import Failure
from chassis.ids import new_id
from scheduling.appointments.rules.series import Course, by_occurrence, parted, steps
from scheduling.recurrence.rules.expanding import instant, local_times
from scheduling.recurrence.rules.moving import moved
from scheduling.recurrence.rules.reading import Rule, read

# Where clocks change.
ZONE = "Europe/Berlin"
FIRST = datetime(2031, 1, 6, 9)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

rules = st.builds(
    lambda freq, interval, count: read(f"FREQ={freq};INTERVAL={interval};COUNT={count}"),
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]),
    st.integers(1, 3),
    st.integers(2, 20),
)
days_off = st.sets(st.integers(0, 60).map(lambda days: FIRST.date() + timedelta(days)), max_size=9)
shifts = st.builds(timedelta, days=st.integers(-3, 9), minutes=st.integers(-300, 300))


@dataclass
class Row:
    """One of a series."""

    occurrence: datetime
    id: UUID = field(default_factory=new_id)
    status: str = "scheduled"
    is_apart: bool = False

    @property
    def starts_at(self) -> datetime:
        return instant(self.occurrence, ZONE)


def standing(course: Course) -> list[datetime]:
    return local_times(course.rule, course.first, course.zone, course.off)


@given(rules, days_off, shifts)
def test_a_moved_series_is_as_if_it_were_made_new(
    rule: Rule, off: set[date], shift: timedelta
) -> None:
    """SC-01: whatever of it was left out on holidays, and is now; by wall time."""
    first = FIRST + shift
    try:
        old = Course(rule, FIRST, ZONE, frozenset(off))
        new = Course(moved(rule, FIRST, first), first, ZONE, frozenset(off))
        rows = [Row(one) for one in standing(old)]
        wanted = standing(new)
    except Failure:
        assume(False)
        raise
    found = list(steps(old, new, by_occurrence(rows), rows[0], LONG_AGO))
    assert sorted(step.occurrence for step in found if step.held) == wanted
    gone = [step.row for step in found if step.cancelled]
    assert len(rows) - len(gone) + sum(step.row is None for step in found) == len(wanted)


@given(rules, st.integers(0, 19))
def test_the_parts_of_a_series_are_the_whole(rule: Rule, place: int) -> None:
    """SC-01"""
    whole = Course(rule, FIRST, ZONE)
    times = whole.times()
    at = times[min(place, len(times) - 1)]
    halves = parted(whole, at)
    if halves is None:
        assert at == times[0]
    else:
        assert halves[0].times() + halves[1].times() == times
        assert halves[1].first == at


def test_what_was_and_what_was_changed_by_itself_stays() -> None:
    """SC-01: but not the one that is named; what somebody removed does not come back."""
    rule = read("FREQ=DAILY;COUNT=5")
    old = Course(rule, FIRST, ZONE)
    new = replace(old, first=FIRST + timedelta(hours=1))
    rows = [Row(FIRST + timedelta(days=day)) for day in (0, 1, 2, 4)]
    rows[1].is_apart, rows[2].status = True, "cancelled"
    now = datetime.combine(FIRST.date(), time(23), UTC)
    found = list(steps(old, new, by_occurrence(rows), rows[3], now))
    assert [(step.row, step.held, step.cancelled) for step in found] == [
        (rows[0], False, False), (rows[1], False, False), (rows[2], False, False),
        (rows[3], True, False),
    ]  # fmt: skip
    named = list(steps(old, new, by_occurrence(rows), rows[1], now))
    assert [step.held for step in named] == [False, True, False, True]
