"""Texts and failures of notifications."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from chassis.errors import Invalid, NotFound

# Titles, in the reader's language.
MENTIONED: Final = "You were mentioned in a note"
MENTIONED_BY: Final = "{name} mentioned you in a note"
FOLLOW_UP_DUE: Final = "{name} waits for a follow-up"
ASSIGNED: Final = "{name} was assigned to you"
ASSIGNED_ONE: Final = "{count} client was assigned to you"
ASSIGNED_MANY: Final = "{count} clients were assigned to you"

# A kind that is counted up: an import must not bury what else there is to read.
CLIENTS_ASSIGNED: Final = "clients_assigned"
# Whoever has not read the last one for so long is told anew.
COUNTED_TOGETHER: Final = timedelta(hours=1)
# What happened longer ago is no news: a consumer that is new hears of the last five weeks.
NEWS: Final = timedelta(days=3)
# The roles of those who act for a client.
ACTING: Final = ("owner", "collaborator")


class UnknownNotification(NotFound):
    """No such notification of the caller's."""

    code = "unknown_notification"
    detail = "There is no such notification."


class NobodyToTell(Invalid):
    """None of the users, teams and roles stands for somebody who works here now."""

    code = "nobody_to_notify"
    detail = "None of these users, teams and roles is anybody who works here now."


def responsible(staff: Sequence[Mapping[str, Any]]) -> list[UUID]:
    """Who acts for a client: its owners; else its collaborators; watchers only look on."""
    for role in ACTING:
        if found := [UUID(one["user_id"]) for one in staff if one["role"] == role]:
            return found
    return []


def assigned(added: Sequence[Mapping[str, Any]]) -> list[UUID]:
    """Those of the new staff of a client who are to act for it."""
    return [UUID(one["user_id"]) for one in added if one["role"] in ACTING]
