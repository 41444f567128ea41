"""Who may come in: by the company's rule, and by how a client's memberships stand that day."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final
from uuid import UUID

from chassis.errors import Conflict, Invalid, NotFound
from memberships.defaults.rules import Attendance

# What a reader's clock may be ahead.
AHEAD: Final = timedelta(minutes=5)
_ID: Final = re.compile(r"(?:^|/)([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})/?$")


class Result(StrEnum):
    """What became of a check-in."""

    RECORDED = "recorded"
    REFUSED = "refused"
    UNDONE = "undone"


class CheckInNotFound(NotFound):
    """No such check-in, or one of a client that the caller does not see."""

    code = "check_in_not_found"
    detail = "There is no such check-in."


class WhoNeeded(Invalid):
    """Neither a client nor a code, or both."""

    code = "client_or_code"
    detail = "Say who checks in: either the client or a code."


class UnknownCode(Invalid):
    """The code is nobody's, or of a client that the caller does not see."""

    code = "unknown_reference"
    detail = "There is no client with this code."


class UnknownMembership(Invalid):
    """No such membership, or another client's."""

    code = "unknown_reference"
    detail = "This client has no such membership."


class InTheFuture(Invalid):
    """Nobody has checked in yet then."""

    code = "in_the_future"
    detail = "A check-in is not in the future."


class NotRecorded(Conflict):
    """What was refused, or undone before, is not undone."""

    code = "check_in_not_recorded"
    detail = "Only a recorded check-in is undone, once."


class CheckedInAlready(Conflict):
    """The same visit."""

    code = "checked_in_already"
    detail = "This client checked in less than {minutes} minutes before or after."


class NotAdmitted(Conflict):
    """The company's rule keeps the client out; each reason is a class of its own."""

    reasons: ClassVar[dict[str, type["NotAdmitted"]]] = {}

    def __init_subclass__(cls) -> None:
        NotAdmitted.reasons[cls.code] = cls


class NotAMember(NotAdmitted):
    """No membership at all."""

    code = "not_a_member"
    detail = "This client has no membership."


class MembershipFrozen(NotAdmitted):
    """On a frozen day nobody comes in, be it that everybody else may."""

    code = "membership_frozen"
    detail = "The membership is frozen on this day."


class MembershipSuspended(NotAdmitted):
    """Neither while it is suspended."""

    code = "membership_suspended"
    detail = "The membership is suspended."


class MembershipExpired(NotAdmitted):
    """What was paid is over, and the tolerance too or it does not count."""

    code = "membership_expired"
    detail = "The membership has expired."


class MembershipUnpaid(NotAdmitted):
    """Nothing of it was paid yet."""

    code = "membership_unpaid"
    detail = "The membership has not been paid."


class MembershipUpcoming(NotAdmitted):
    """Its first day is still to come."""

    code = "membership_upcoming"
    detail = "The membership has not started yet."


class MembershipCancelled(NotAdmitted):
    """It is no more."""

    code = "membership_cancelled"
    detail = "The membership was cancelled."


class CreditUsedUp(NotAdmitted):
    """Each check-in takes one of a credit, of which nothing is left."""

    code = "credit_used_up"
    detail = "The client has no credit left for a check-in."


_REFUSALS: Final[Mapping[str, str]] = {
    "frozen": "membership_frozen", "suspended": "membership_suspended",
    "pending_payment": "membership_unpaid", "upcoming": "membership_upcoming",
    "grace": "membership_expired", "expired": "membership_expired",
    "cancelled": "membership_cancelled",
}  # fmt: skip
# Whose status says most of whether somebody may come in.
_RANK: Final = ("active", "grace", *_REFUSALS)
_RESTING: Final = ("frozen", "suspended")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a membership stands on the day."""

    membership_id: UUID
    status: str


@dataclass(frozen=True, slots=True)
class Admission:
    """By which membership somebody comes in, if by any; or the code of why not."""

    standing: Standing | None
    refusal: str | None = None


def admit(rule: Attendance, standings: Sequence[Standing], *, with_grace: bool) -> Admission:
    """Whether a client may come in, with these memberships in the order they were made.

    A membership that covers the day lets them in under each rule; one that rests keeps them out
    under each, unless another one covers the day.
    """
    best = min(standings, key=lambda one: _RANK.index(one.status), default=None)
    if best is None:
        return Admission(None, None if rule is Attendance.EVERYBODY else "not_a_member")
    if best.status == "active" or (best.status == "grace" and with_grace):
        return Admission(best)
    resting = next((one for one in standings if one.status in _RESTING), None)
    if resting is not None:
        return Admission(resting, _REFUSALS[resting.status])
    is_member = best.status != "cancelled"
    if rule is Attendance.EVERYBODY or (rule is Attendance.MEMBERS and is_member):
        return Admission(best)
    return Admission(best, _REFUSALS[best.status])


def named(code: str) -> UUID | None:
    """The client whose id a code ends with, as a printed address does; None for any other text."""
    found = _ID.search(code)
    return UUID(found[1]) if found else None


def check_time(occurred_at: datetime, now: datetime) -> None:
    """Raises InTheFuture."""
    if occurred_at > now + AHEAD:
        raise InTheFuture(field="occurred_at")
