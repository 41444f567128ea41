"""Texts and failures of notifications."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from chassis.errors import Invalid, NotFound

# Titles, in the reader's language.
MENTIONED: Final = "You were mentioned in a note"
MENTIONED_BY: Final = "{name} mentioned you in a note"
FOLLOW_UP_DUE: Final = "{name} waits for a follow-up"


class UnknownNotification(NotFound):
    """No such notification of the caller's."""

    code = "unknown_notification"
    detail = "There is no such notification."


class NobodyToTell(Invalid):
    """None of the users, teams and roles stands for somebody who works here now."""

    code = "nobody_to_notify"
    detail = "None of these users, teams and roles is anybody who works here now."


def responsible(staff: Sequence[dict[str, Any]]) -> list[UUID]:
    """Who acts for a client: its owners; else its collaborators; watchers only look on."""
    for role in ("owner", "collaborator"):
        if found := [UUID(one["user_id"]) for one in staff if one["role"] == role]:
            return found
    return []
