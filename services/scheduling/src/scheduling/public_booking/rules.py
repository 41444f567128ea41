"""What the public may do: see what is public, hold seats, say who comes, and change their mind."""

import base64
import binascii
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from chassis.caller import Caller
from chassis.errors import Conflict, LeadsNowhere, NotFound, TooMany

# Within a minute: from one address, and of one company from all together.
SECONDS: Final = 60
READS_PER_ADDRESS, READS_PER_COMPANY = 60, 3_000
HOLDS_PER_ADDRESS, HOLDS_PER_COMPANY = 10, 300
# Of what somebody holds and has not said yet who comes to it.
MOST_HELD: Final = 3
MOST_SEATS: Final = 10
PLACE: Final = "scheduling.booking"
# After it ended: who comes late still sees what it was; what is found years later shows nothing.
LINK_LASTS: Final = timedelta(days=90)
# Of a service's policy what those who book have to know.
SHOWN_OF_POLICY: Final = (
    "notice_minutes", "horizon_days", "cancel_notice_minutes", "auto_confirm", "hold_minutes",
    "late_cancellation", "no_show",
)  # fmt: skip


class NoPublicBooking(NotFound):
    """No such company, or one that does not let the public book."""

    code = "public_booking_not_found"
    detail = "Nothing can be booked here."


class NotPublic(NotFound):
    """Not for the public."""

    code = "booking_service_not_found"
    detail = "There is no such service."


class TooManyAttempts(TooMany):
    """More than people ask for."""

    code = "too_many_attempts"
    detail = "Too much was asked for from here; try again later."


class TooManyHeld(TooMany):
    """Seats are held for who comes, not so that nobody else does."""

    code = "too_many_held"
    detail = "As much as that is not held at once: say who comes to what is held, or give it up."


class Begun(Conflict):
    """Whoever is late says so to the company."""

    code = "booking_begun"
    detail = "This booking has begun: it is not cancelled by its link any more."


class NotByClient(Conflict):
    """What a client has asked for is the company's to promise."""

    code = "not_by_client"
    detail = "The company confirms this booking."


def in_the_name_of(tenant_id: UUID) -> Caller:
    """Whoever books in public adds bookings and clients, and is shown none."""
    rights = frozenset({"scheduling:read", "scheduling:write", "clients:read", "clients:write"})
    return Caller(tenant_id, "booking:public", rights, "all")


def written(sealed: bytes) -> str:
    """A token as it stands in a link."""
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def read(token: str) -> bytes:
    """What was sealed; raises LeadsNowhere."""
    try:
        return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (ValueError, binascii.Error):
        raise LeadsNowhere() from None


def check_lasts(ends_at: datetime, now: datetime) -> None:
    """Whether a link to what ends then still leads there; raises LeadsNowhere."""
    if ends_at + LINK_LASTS <= now:
        raise LeadsNowhere()


def hold_id(tenant_id: UUID, address: str, key: str) -> UUID:
    """The id of what is held under an id or an Idempotency-Key, which is its sender's own: whoever
    else sends the same, as they have seen it somewhere, is told nothing of what is held.
    """
    return uuid5(tenant_id, f"{address} {key}")
