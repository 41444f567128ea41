"""Who books for the first time."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5


def newcomer_id(cause: UUID, given: Mapping[str, Any]) -> UUID:
    """The id of who is said to come: the same for the same cause and words, however often those
    are sent.
    """
    return uuid5(cause, repr(sorted(given.items())))
