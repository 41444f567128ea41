"""Texts and failures of notifications."""

from typing import Final

from chassis.errors import Invalid, NotFound

# Titles, in the reader's language.
MENTIONED: Final = "You were mentioned in a note"
MENTIONED_BY: Final = "{name} mentioned you in a note"


class UnknownNotification(NotFound):
    """No such notification of the caller's."""

    code = "unknown_notification"
    detail = "There is no such notification."


class NobodyToTell(Invalid):
    """None of the users, teams and roles stands for somebody who works here now."""

    code = "nobody_to_notify"
    detail = "None of these users, teams and roles is anybody who works here now."
