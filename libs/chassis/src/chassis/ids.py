"""Identifiers: UUID version 7, so that they sort by the time they were made."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """A new id; those made by one process are strictly increasing."""
    return uuid_utils.compat.uuid7()


def parse_id(text: str) -> UUID:
    """Read an id in its canonical form only; the braces, URNs and bare hex UUID() takes raise."""
    value = UUID(text)
    if str(value) != text.lower():
        raise ValueError("an id is written like 01890a5d-ac96-774b-bcce-b302099a8057")
    return value
