"""The names of links, from both sides."""

from typing import get_args
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.client_links import rules

ids = st.uuids()


@given(ids, ids, st.sampled_from(get_args(rules.Relation)))
def test_a_link_told_from_the_other_side_is_the_same(
    one: UUID, two: UUID, relation: rules.Relation
) -> None:
    """CL-63"""
    if one == two:
        with pytest.raises(rules.LinkToItself):
            rules.directed(one, two, relation)
        return
    above, below, kind = rules.directed(one, two, relation)
    other = next(r for k, i in rules.INVERSE.items() for r, n in ((k, i), (i, k)) if n == relation)
    assert rules.directed(two, one, other) == (above, below, kind)
    told = kind if above == one else rules.INVERSE[kind]
    assert told == relation


def test_every_relation_has_its_kind() -> None:
    assert {*rules.INVERSE, *rules.INVERSE.values()} == set(get_args(rules.Relation))
    assert set(rules.INVERSE) == set(get_args(rules.Kind))
    assert set(get_args(rules.SubKind)) == set(rules.INVERSE) - rules.SYMMETRIC
