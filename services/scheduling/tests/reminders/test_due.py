"""When a reminder goes out."""

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scheduling.reminders.rules.due import GRACE, Quiet, Wish, due

_ZONES: Final = ("Asia/Riyadh", "Africa/Cairo", "America/New_York", "Australia/Lord_Howe", "UTC")
RIYADH: Final = ZoneInfo("Asia/Riyadh")
NIGHT: Final = Quiet(time(21), time(8), "Asia/Riyadh")
NOON: Final = datetime(2031, 3, 10, 12, tzinfo=RIYADH)
moments: Final = st.datetimes(
    datetime(2029, 1, 1), datetime(2033, 1, 1), timezones=st.just(UTC)
)  # fmt: skip


@st.composite
def quiets(draw: st.DrawFn) -> Quiet:
    """Up to twenty hours, as settings take them."""
    since = draw(st.integers(0, 1_439))
    until = (since + draw(st.integers(1, 1_200))) % 1_440
    first, last = (time(one // 60, one % 60) for one in (since, until))
    return Quiet(first, last, draw(st.sampled_from(_ZONES)))


@given(quiet=quiets(), now=moments, ahead=st.integers(0, 5_000), length=st.integers(1, 5_000))
def test_nobody_is_disturbed_and_nobody_is_told_too_late(
    quiet: Quiet, now: datetime, ahead: int, length: int
) -> None:
    """SC-04: never in quiet hours, never before now, never once it is too late."""
    at = now + timedelta(minutes=ahead)
    wish = Wish(at, at + timedelta(minutes=length))
    found, reason = due(wish, now, quiet)
    if found is None:
        assert reason == "quiet_hours" and quiet.span(at)
        return
    assert now <= found < wish.until and quiet.span(found) is None
    if quiet.span(at) is None:
        assert found == at


@given(quiet=quiets(), now=moments, ahead=st.integers(0, 5_000), length=st.integers(1, 5_000))
def test_what_falls_into_quiet_hours_waits_if_it_can(
    quiet: Quiet, now: datetime, ahead: int, length: int
) -> None:
    """SC-04: until their end if that is in time, else it goes out before they begin."""
    at = now + timedelta(minutes=ahead)
    wish, span = Wish(at, at + timedelta(minutes=length)), quiet.span(at)
    assume(span is not None)
    assert span is not None
    found, _ = due(wish, now, quiet)
    if span[1] < wish.until:
        assert found == span[1]
    else:
        assert found is None or found < span[0]


@given(quiet=quiets(), now=moments, ahead=st.integers(0, 5_000), length=st.integers(1, 5_000))
def test_when_it_is_due_it_still_goes_out(
    quiet: Quiet, now: datetime, ahead: int, length: int
) -> None:
    """SC-04: who looks again at that moment finds the same."""
    at = now + timedelta(minutes=ahead)
    wish = Wish(at, at + timedelta(minutes=length))
    found, _ = due(wish, now, quiet)
    if found is not None:
        assert due(wish, found, quiet, is_new=False)[0] == found


@pytest.mark.parametrize(
    ("wanted", "until", "expected"),
    [
        # Wanted at two in the night for noon: at eight, when the night is over.
        (NOON.replace(hour=2), NOON, NOON.replace(hour=8)),
        # For seven in the morning: in the evening before.
        (NOON.replace(hour=6), NOON.replace(hour=7), NOON.replace(day=9, hour=20, minute=55)),
        # The first minute of the night is quiet, its last one is over.
        (NOON.replace(hour=21), NOON + timedelta(days=2), NOON.replace(day=11, hour=8)),
        (NOON.replace(hour=8), NOON, NOON.replace(hour=8)),
    ],
)
def test_quiet_hours_over_midnight(wanted: datetime, until: datetime, expected: datetime) -> None:
    now = NOON - timedelta(days=3)
    assert due(Wish(wanted, until), now, NIGHT) == (expected, None)


def test_what_was_to_go_out_before_is_past() -> None:
    wish = Wish(NOON, NOON + timedelta(hours=2))
    assert due(wish, NOON + GRACE, None) == (NOON + GRACE, None)
    late = NOON + GRACE + timedelta(seconds=1)
    assert due(wish, late, None) == (None, "past")
    assert due(wish, late, None, is_new=False) == (late, None)
    assert due(wish, wish.until, None, is_new=False) == (None, "too_late")


def test_who_cannot_be_told_but_in_quiet_hours_is_not() -> None:
    """Set in the night for the early morning."""
    wish = Wish(NOON.replace(hour=6), NOON.replace(hour=7))
    assert due(wish, NOON.replace(hour=1), NIGHT) == (None, "quiet_hours")
    evening = NOON.replace(day=9, hour=20, minute=58)
    assert due(wish, evening, NIGHT) == (evening, None)
