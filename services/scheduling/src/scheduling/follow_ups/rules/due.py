"""Follow-ups that clients calls for: who does them, and what moves them."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

# In the company's language. It names neither status nor field: their folder may hide these from
# somebody who does what is to be done.
TITLE: Final = "Follow up with the client"
MOST_ASSIGNEES: Final = 50
_FIELD: Final = "custom_fields."
_ACTING: Final = ("owner", "collaborator")


def moves(field: str) -> bool:
    """Whether what a field calls for moves with it: another status calls for something else."""
    return field.startswith(_FIELD)


def responsible(roles: Sequence[Mapping[str, str]]) -> list[UUID]:
    """Who follows a client up: its owners; else its collaborators; those who watch do not."""
    for role in _ACTING:
        if found := [UUID(one["user_id"]) for one in roles if one["role"] == role]:
            return found[:MOST_ASSIGNEES]
    return []
