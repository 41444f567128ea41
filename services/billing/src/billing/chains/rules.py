"""Chains of issued documents: each holds the hash of the one before it, so none can be changed,
put between or taken away unseen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Literal
from uuid import UUID

import orjson

# What the first document of a chain has before it.
GENESIS: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """A document in its chain; `content` is all that was frozen of it, but for the hashes."""

    id: UUID
    place: int
    content: Mapping[str, Any]
    content_hash: str
    previous_hash: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first document that is not as it was issued, or does not follow the one before it."""

    id: UUID
    place: int
    reason: Literal["place", "previous_hash", "content_hash"]


def content_hash(content: Mapping[str, Any], place: int, previous_hash: str) -> str:
    """SHA-256, in hex, of the canonical JSON: keys sorted, no blanks, UTC, nothing that is null.

    As nothing that is null is hashed, what documents gain later leaves the older ones valid.
    """
    said = {name: value for name, value in content.items() if value is not None}
    sealed = {"content": said, "place": place, "previous_hash": previous_hash}
    # The driver's ids are ids of a kind of their own.
    return sha256(orjson.dumps(sealed, str, orjson.OPT_SORT_KEYS)).hexdigest()


def first_broken(links: Iterable[Link], *, after: Link | None = None) -> Broken | None:
    """The first that does not fit, of a chain's documents in the order of their places.

    A long chain is verified in pieces: each one `after` the last document of the piece before.
    """
    for link in links:
        if after is not None and link.place != after.place + 1:
            return Broken(link.id, link.place, "place")
        if link.previous_hash != (after.content_hash if after else GENESIS):
            return Broken(link.id, link.place, "previous_hash")
        if link.content_hash != content_hash(link.content, link.place, link.previous_hash):
            return Broken(link.id, link.place, "content_hash")
        after = link
    return None
