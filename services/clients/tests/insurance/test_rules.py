"""What can become of a claim, and how percentages are written."""

from collections.abc import Sequence
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.insurance import rules

STATES = st.sampled_from(get_args(rules.State))
ALLOWED = {
    ("draft", "submitted"), ("submitted", "approved"), ("submitted", "rejected"),
    ("approved", "paid"),
}  # fmt: skip


@given(STATES, st.lists(STATES, max_size=12))
def test_a_claim_only_goes_forward(start: rules.State, asked: Sequence[rules.State]) -> None:
    """CL-77: whatever is asked in whatever order, each step is one that is allowed, no state
    comes twice, and what was refused changed nothing."""
    state, seen = start, [start]
    for to in asked:
        if (state, to) in ALLOWED:
            state = rules.moved(state, to)
            assert state == to and to not in seen
            seen.append(to)
            continue
        with pytest.raises(rules.StateNotPossible):
            rules.moved(state, to)
    assert not {"rejected", "paid"} & set(seen[:-1])


def test_every_state_was_judged() -> None:
    """CL-77"""
    assert rules.NEXT.keys() == set(get_args(rules.State))
    assert {(a, b) for a, following in rules.NEXT.items() for b in following} == ALLOWED


@given(st.decimals("0", "100", places=2))
def test_a_percentage_has_one_form(value: Decimal) -> None:
    written = rules.percent("coverage_percent", str(value))
    assert written is not None and Decimal(written) == value
    assert rules.percent("coverage_percent", written) == written
    assert not written.endswith(".") and not ("." in written and written.endswith("0"))


@given(st.decimals("100.01", "999.99", places=2))
def test_nothing_is_covered_twice(value: Decimal) -> None:
    with pytest.raises(rules.NotAPercentage):
        rules.percent("coverage_percent", str(value))


@given(st.integers(0, 10**15), st.none() | st.integers(0, 10**15))
def test_no_more_is_approved_than_was_claimed(claimed: int, approved: int | None) -> None:
    """CL-77"""
    if approved is not None and approved > claimed:
        with pytest.raises(rules.ApprovedAboveClaimed):
            rules.approved_minor(claimed, approved)
    else:
        granted = rules.approved_minor(claimed, approved)
        assert granted == (claimed if approved is None else approved)
