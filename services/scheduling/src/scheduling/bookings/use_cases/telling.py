"""A booking stands so from now on: written, told, and what follows at other services enqueued."""

from typing import Any, Final
from uuid import UUID

from chassis.work import UnitOfWork
from scheduling.bookings import events
from scheduling.bookings.repository.rows import BookingRepository
from scheduling.bookings.rules import credit
from scheduling.bookings.rules.status import LIVE, Status, is_vouched
from scheduling.bookings.tables import Booking

SETTLE: Final = "scheduling.settle_booking"


async def become(work: UnitOfWork, booking: Booking, status: str, **changes: Any) -> Booking:
    """It stands so from now on; others hear of it."""
    is_late = changes.get("is_late", booking.is_late)
    changes |= {"status": str(status)}
    if status == Status.CONFIRMED:
        changes["confirmed_at"] = work.now
    if status not in LIVE:
        changes["closed_at"] = work.now
    if status != Status.HELD:
        changes["held_until"] = None
    stood = status if status in LIVE else booking.status
    vouched = is_vouched(booking.source, stood, booking.terms["policy"])
    goal = goal_of(booking.terms, status, is_late=is_late, is_vouched=vouched)
    changed = await BookingRepository(work).update(
        booking, **changes, credit_goal=goal,
        is_unsettled=is_unsettled(booking.credit_status, goal, booking.is_invoicing),
    )  # fmt: skip
    work.publish(events.booking_changed(str(status), changed))
    settle_soon(work, changed)
    return changed


def goal_of(
    terms: dict[str, Any], status: str, *, is_late: bool = False, is_vouched: bool = True
) -> str | None:
    """What is to become of the credit of a booking that stands so."""
    if terms["credit_type_id"] is None:
        return None
    goal = credit.wanted(status, terms["policy"], is_late=is_late, is_vouched=is_vouched)
    return None if goal is None else goal.value


def is_unsettled(credit_status: str, goal: str | None, is_invoicing: bool) -> bool:
    """Whether another service is to be asked something."""
    return is_invoicing or credit.next_step(credit_status, goal) is not None


def settle_soon(work: UnitOfWork, booking: Booking) -> None:
    """Have the other services asked, if there is anything to ask."""
    if booking.is_unsettled:
        settle(work, booking.id)


def settle(work: UnitOfWork, booking_id: UUID) -> None:
    """Have the other services asked for what a booking calls for."""
    work.enqueue(SETTLE, {"booking_id": str(booking_id)}, unique=str(booking_id))
