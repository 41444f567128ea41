"""How a booking goes on: held, requested, confirmed, and what becomes of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from scheduling.bookings.rules.failures import HoldOver, NotAllowedNow, NotBegun

Json = Mapping[str, Any]


class Status(StrEnum):
    """How it stands."""

    HELD = "held"
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    ATTENDED = "attended"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


SEATED: Final = (Status.HELD, Status.REQUESTED, Status.CONFIRMED, Status.ATTENDED)
"""Who has a seat. One that was held for too long counts no more."""
LIVE: Final = (Status.HELD, Status.REQUESTED, Status.CONFIRMED, Status.WAITLISTED)
_FROM: Final[Mapping[Status, tuple[Status, ...]]] = {
    Status.REQUESTED: (Status.HELD,),
    Status.CONFIRMED: (Status.HELD, Status.REQUESTED),
    Status.ATTENDED: (Status.REQUESTED, Status.CONFIRMED),
    Status.NO_SHOW: (Status.REQUESTED, Status.CONFIRMED),
    Status.CANCELLED: LIVE,
}


def becomes(status: str, wanted: Status) -> bool:
    """Whether it becomes that now, or is it already; raises NotAllowedNow."""
    if status == wanted:
        return False
    if status not in _FROM[wanted]:
        raise NotAllowedNow(status=status, wanted=wanted.value)
    return True


def check_held(status: str, held_until: datetime | None, now: datetime) -> None:
    """Raises HoldOver."""
    if status == Status.HELD and held_until is not None and held_until <= now:
        raise HoldOver()


def check_begun(starts_at: datetime, now: datetime) -> None:
    """Raises NotBegun."""
    if now < starts_at:
        raise NotBegun()


def is_vouched(source: str, status: str, policy: Json) -> bool:
    """Whether the company knows that this client comes; of a booking that is live.

    The public names a client by no more than a phone: until staff promise it, what they booked
    takes nothing from that client. What is confirmed by itself nobody has promised.
    """
    return source != "public" or (status == Status.CONFIRMED and not policy["auto_confirm"])


def is_late(policy: Json, status: str, starts_at: datetime, now: datetime) -> bool:
    """Whether it is cancelled after its notice; who only waits or holds a seat is never late."""
    notice = timedelta(minutes=policy["cancel_notice_minutes"])
    promised = status in (Status.REQUESTED, Status.CONFIRMED)
    return promised and now > starts_at - notice
