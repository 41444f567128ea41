"""What becomes of a reminder."""

from enum import StrEnum
from typing import Final, Literal

from chassis.errors import NotFound


class State(StrEnum):
    """How it stands."""

    PENDING = "pending"
    # Comms is being asked.
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


SubjectType = Literal["appointment", "booking"]
Recipient = Literal["client", "staff"]
# It was for nobody: then it may still become one that is sent.
REUSED: Final = frozenset({State.PENDING.value, State.SKIPPED.value})
# Its time was over before anybody could be reminded.
PAST: Final = "past"
QUIET_HOURS: Final = "quiet_hours"
TOO_LATE: Final = "too_late"
MOVED: Final = "moved"
CLIENT_GONE: Final = "client_gone"
USER_GONE: Final = "user_gone"
RULE_GONE: Final = "rule_gone"
SUBJECT_GONE: Final = "deleted"


class ReminderNotFound(NotFound):
    """No such reminder, or of a client whom the caller may not see."""

    code = "reminder_not_found"
    detail = "There is no such reminder."
