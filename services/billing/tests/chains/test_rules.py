"""Chains: nothing of them can be changed, put between or taken away unseen."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from billing.chains.rules import GENESIS, Broken, Link, content_hash, first_broken

_VALUES = st.one_of(
    st.none(), st.text(), st.integers(0, 2**53), st.uuids(), st.dates(),
    st.datetimes(timezones=st.just(UTC)), st.lists(st.dictionaries(st.text(), st.text())),
)  # fmt: skip
_CONTENTS = st.dictionaries(st.sampled_from("abcd"), _VALUES, min_size=1)
_CHAINS = st.lists(_CONTENTS, min_size=1, max_size=6)


def _chain(contents: list[dict[str, Any]], start: int = 1) -> list[Link]:
    links: list[Link] = []
    for place, content in enumerate(contents, start):
        before = links[-1].content_hash if links else GENESIS
        found = content_hash(content, place, before)
        links.append(Link(UUID(int=place), place, content, found, before))
    return links


@given(_CHAINS, st.integers(1, 900), st.data())
def test_a_chain_is_whole_in_whatever_pieces(
    contents: list[dict[str, Any]], start: int, data: st.DataObject
) -> None:
    links = _chain(contents, start)
    cut = data.draw(st.integers(0, len(links)))
    assert first_broken(links) is None
    after = links[cut - 1] if cut else None
    assert first_broken(links[cut:], after=after) is None


@given(_CHAINS, _CONTENTS, st.data())
def test_the_first_that_was_changed_is_named(
    contents: list[dict[str, Any]], other: dict[str, Any], data: st.DataObject
) -> None:
    links = _chain(contents)
    at = data.draw(st.integers(0, len(links) - 1))
    known = links[at]
    links[at] = replace(known, content=other)
    same = content_hash(other, known.place, known.previous_hash) == known.content_hash
    expected = None if same else Broken(known.id, known.place, "content_hash")
    assert first_broken(links) == expected
    if not same and at + 1 < len(links):  # who hashes it anew is found by the next one
        hashed = content_hash(other, known.place, known.previous_hash)
        links[at] = replace(links[at], content_hash=hashed)
        following = links[at + 1]
        assert first_broken(links) == Broken(following.id, following.place, "previous_hash")


@given(st.lists(_CONTENTS, min_size=3, max_size=6), st.data())
def test_none_can_be_taken_away_or_moved(
    contents: list[dict[str, Any]], data: st.DataObject
) -> None:
    links = _chain(contents)
    at = data.draw(st.integers(0, len(links) - 2))
    broken = first_broken(links[:at] + links[at + 1 :])
    following = links[at + 1]
    assert broken == Broken(following.id, following.place, "place" if at else "previous_hash")
    links[at], links[at + 1] = links[at + 1], links[at]
    assert first_broken(links) is not None


def test_a_hash_is_the_same_however_it_was_kept() -> None:
    """Nor does it change by what documents gain later: as this one shows, which was made before."""
    content = {
        "number": "INV-000001", "issue_date": date(2026, 3, 1), "lines": [{"b": "1", "a": None}],
        "issued_at": datetime(2026, 3, 1, 9, tzinfo=UTC), "id": UUID(int=1), "notes": None,
    }  # fmt: skip
    found = content_hash(content, 1, GENESIS)
    assert found == content_hash(dict(reversed(content.items())) | {"later": None}, 1, GENESIS)
    assert found == (
        "cd6091d5c0f192ffc0a46f9a2a7b0476a48dd0bba27546caa5fbec196305becc"
    )  # fmt: skip
