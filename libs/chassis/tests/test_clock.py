"""The clock tells UTC, and the frozen one only what a test says."""

from datetime import UTC, datetime, timedelta

from chassis.clock import Clock, utc_now
from chassis.testing.clock import FrozenClock


def test_now_is_aware_and_in_utc() -> None:
    assert utc_now().tzinfo is UTC
    assert abs(utc_now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_frozen_clock_moves_only_when_told() -> None:
    frozen = FrozenClock()
    clock: Clock = frozen
    before = clock()
    assert clock() == before
    frozen.advance(hours=2)
    assert clock() - before == timedelta(hours=2)
