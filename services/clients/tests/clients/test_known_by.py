"""Which client an external id means, of any that have it or had it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.ids import new_id
from clients.clients.rules.failures import SeveralClients
from clients.clients.rules.known_by import Candidate, meant

CANDIDATES = st.lists(
    st.builds(Candidate, st.builds(new_id), st.booleans(), st.booleans(), st.booleans()), max_size=5
)


def _read(candidates: list[Candidate]) -> list[Candidate]:
    """The first two, in the order in which the repository reads them."""
    return sorted(candidates, key=lambda one: (not one.is_seen, one.is_archived, not one.is_own))[
        :2
    ]


@given(CANDIDATES)
def test_the_one_that_is_meant_stands_out_among_those_that_are_seen(
    candidates: list[Candidate],
) -> None:
    """BI-14: nobody is meant whom the caller does not see, and no two are one."""
    seen = [one for one in candidates if one.is_seen]
    for is_archived, is_own in ((False, True), (False, False), (True, True), (True, False)):
        alike = [one for one in seen if (one.is_archived, one.is_own) == (is_archived, is_own)]
        if len(alike) > 1:
            with pytest.raises(SeveralClients):
                meant(_read(candidates))
            return
        if alike:
            assert meant(_read(candidates)) == alike[0].id
            return
    assert meant(_read(candidates)) is None


@given(CANDIDATES)
def test_who_is_hidden_changes_nothing_of_what_is_found(candidates: list[Candidate]) -> None:
    """CL-68"""

    def told(some: list[Candidate]) -> object:
        try:
            return meant(_read(some))
        except SeveralClients:
            return SeveralClients

    assert told(candidates) == told([one for one in candidates if one.is_seen])
