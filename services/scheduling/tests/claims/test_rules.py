"""When somebody is free, by plain values."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduling.claims.rules import NEAR, NEAREST, Span, is_free, merged, nearest

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def span(start: int, length: int) -> Span:
    """So many minutes from noon on."""
    starts_at = NOON + timedelta(minutes=start)
    return starts_at, starts_at + timedelta(minutes=length)


spans = st.builds(span, st.integers(-2_000, 2_000), st.integers(1, 600))


@given(st.lists(spans, max_size=30), spans)
def test_free_is_what_overlaps_nothing(taken: list[Span], wanted: Span) -> None:
    """SC-05"""
    overlaps = any(one[0] < wanted[1] and wanted[0] < one[1] for one in taken)
    assert is_free(merged(taken), *wanted) is not overlaps


@given(st.lists(spans, max_size=30), spans, st.integers(-3_000, 0))
def test_what_is_offered_is_free_near_and_as_long(
    taken: list[Span], wanted: Span, earliest: int
) -> None:
    """SC-06"""
    not_before = NOON + timedelta(minutes=earliest)
    found = nearest(merged(taken), wanted, QUARTER, not_before=not_before)
    assert len(found) <= NEAREST and wanted not in found
    far = [abs(one[0] - wanted[0]) for one in found]
    assert far == sorted(far) and all(one <= NEAR and not one % QUARTER for one in far)
    for one in found:
        assert one[1] - one[0] == wanted[1] - wanted[0] and one[0] >= not_before
        assert is_free(merged(taken), *one)


def test_the_nearest_are_before_and_after() -> None:
    taken = merged([span(0, 60), span(-60, 30)])
    found = nearest(taken, span(0, 30), QUARTER, not_before=NOON - timedelta(hours=2))
    assert found == [
        span(-30, 30), span(60, 30), span(75, 30), span(-90, 30), span(90, 30)
    ]  # fmt: skip
