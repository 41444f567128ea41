"""What becomes of a follow-up: its states, and what may be asked of it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol
from uuid import UUID

from chassis.errors import Conflict, Invalid, NotFound
from scheduling.appointments.rules.states import Status

STATUSES: Final = ("status_id", "pinned_status_id", "follow_up_status_id")
# Why an appointment is called off whose follow-up clients refused.
REFUSED_REASON: Final = "follow_up_refused"


class State(StrEnum):
    """Pending until clients has answered for the status; then to be done, or refused."""

    PENDING = "pending"
    OPEN = "open"
    REFUSED = "refused"
    DONE = "done"
    CANCELLED = "cancelled"


class Made(Protocol):
    """An appointment, as far as its follow-up goes by it."""

    @property
    def status(self) -> str: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def staff_ids(self) -> list[UUID]: ...


class FollowUpNotFound(NotFound):
    """None such, or of a client whom the caller does not see."""

    code = "follow_up_not_found"
    detail = "There is no such follow-up."


class NothingToFollowUp(Invalid):
    """A note alone is no follow-up."""

    code = "nothing_to_follow_up"
    detail = "Say which status the client has, what is to be done, or when."


class TimeNeeded(Invalid):
    """What takes some time takes it at some time."""

    code = "time_needed"
    detail = "Say when it is that takes so long."


class FollowUpPending(Conflict):
    """Whether the client has the status is not known yet."""

    code = "follow_up_pending"
    detail = "The status of this follow-up is still being changed. Try again in a moment."


class FollowUpNotOpen(Conflict):
    """It is over."""

    code = "follow_up_not_open"
    detail = "This follow-up is done, cancelled or refused."


def check_asked(values: Mapping[str, Any], minutes: int | None) -> None:
    """Raises NothingToFollowUp and TimeNeeded."""
    if all(values[name] is None for name in (*STATUSES, "action_id", "at")):
        raise NothingToFollowUp(field="status_id")
    if values["at"] is None and minutes is not None:
        raise TimeNeeded(field="at")


def chosen(values: Mapping[str, UUID | None]) -> dict[str, UUID]:
    """The statuses that a client is to have."""
    return {name: one for name in STATUSES if (one := values[name]) is not None}


def check_open(state: str) -> None:
    """Raises FollowUpPending and FollowUpNotOpen."""
    if state == State.PENDING:
        raise FollowUpPending()
    if state != State.OPEN:
        raise FollowUpNotOpen()


def follows(state: str, appointment: str | None) -> State:
    """How a follow-up stands whose appointment stands so; None: it was removed.

    What waits for an answer, or was refused, stays so. Somebody who did not come is still to be
    followed up.
    """
    if state in (State.PENDING, State.REFUSED):
        return State(state)
    if appointment in (None, Status.CANCELLED):
        return State.CANCELLED
    if appointment == Status.DONE:
        return State.DONE
    return State(state) if appointment == Status.NO_SHOW else State.OPEN


def verb(before: str, after: str) -> str:
    """What others hear of one that stands so now."""
    told = {State.DONE: "completed", State.CANCELLED: "cancelled", State.OPEN: "reopened"}
    return "updated" if before == after else told[State(after)]


def cause(follow_up_id: UUID) -> str:
    """What clients knows its change of status by."""
    return f"follow_up:{follow_up_id}"
