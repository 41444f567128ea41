"""An opening balance is what is owed less what is credit, whatever became of both."""

from hypothesis import given
from hypothesis import strategies as st

from billing.openings.rules import Split, split, spread

MINOR = st.integers(0, 10**12)


@given(st.integers(-(10**12), 10**12), MINOR, MINOR)
def test_nothing_is_taken_back_and_no_minor_unit_is_lost(
    balance: int, settled: int, used: int
) -> None:
    """CL-22: and no more of either than there has to be."""
    then = split(balance, settled, used)
    assert then.owed_minor - then.credit_minor == balance
    assert then.owed_minor >= settled and then.credit_minor >= used
    assert then.owed_minor == settled or then.credit_minor == used


def test_what_nobody_touched_is_owed_or_credit() -> None:
    """CL-22"""
    assert [split(one, 0, 0) for one in (5, 0, -5)] == [Split(5, 0), Split(0, 0), Split(0, 5)]
    assert split(30, 100, 0) == Split(100, 70)
    assert split(-40, 0, 80) == Split(40, 80)


@st.composite
def _documents(draw: st.DrawFn) -> list[tuple[int, int]]:
    floors = draw(st.lists(MINOR, min_size=1, max_size=6))
    return [(floor, floor + draw(MINOR)) for floor in floors]


@given(_documents(), MINOR)
def test_of_several_documents_the_sum_is_what_is_said(
    documents: list[tuple[int, int]], more: int
) -> None:
    """CL-22: none below what is settled of it, and none but the first above what it was."""
    floors, present = [one for one, _ in documents], [one for _, one in documents]
    total = sum(floors) + more
    parts = spread(total, floors, present)
    assert sum(parts) == total
    assert all(part >= floor for part, floor in zip(parts, floors, strict=True))
    assert all(part <= known for part, known in zip(parts[1:], present[1:], strict=True))
    if total == sum(present):
        assert parts == present
