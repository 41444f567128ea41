"""What becomes of a booking: confirmed, attended, missed, cancelled, moved."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chassis.errors import MissingPermission
from chassis.work import UnitOfWork
from refs.home import day, home
from scheduling.booking_services.use_cases import service_to_book
from scheduling.bookings import events
from scheduling.bookings.repository.rows import BookingRepository, ChangedMeanwhile, forget
from scheduling.bookings.repository.sessions import SessionRepository
from scheduling.bookings.rules import failures, status
from scheduling.bookings.rules.status import LIVE, Status
from scheduling.bookings.rules.terms import invoice_request, spoken
from scheduling.bookings.tables import Booking, Session
from scheduling.bookings.use_cases.seating import Wanted, candidates, find_seat, free_seats
from scheduling.bookings.use_cases.telling import become, settle_soon
from scheduling.claims import repository as claims

_MOST_TO_COME: Final = 200


@dataclass(frozen=True, slots=True)
class Move:
    """Where a booking is to go: at some time, with the same, with somebody, or with anybody."""

    starts_at: datetime
    staff_id: UUID | None = None
    any_staff: bool = False
    any_time: bool = False


async def confirm_booking(work: UnitOfWork, booking_id: UUID) -> Booking:
    """Promise the seats; raises NotAllowedNow, HoldOver and ClientNeeded."""
    booking, _ = await BookingRepository(work).with_session(booking_id)
    if not status.becomes(booking.status, Status.CONFIRMED):
        return booking
    status.check_held(booking.status, booking.held_until, work.now)
    if booking.client_id is None:
        raise failures.ClientNeeded(field="client_id")
    return await become(work, booking, Status.CONFIRMED)


async def attend_booking(work: UnitOfWork, booking_id: UUID) -> Booking:
    """The client came; credit that was reserved is consumed."""
    booking, _ = await BookingRepository(work).with_session(booking_id)
    if not status.becomes(booking.status, Status.ATTENDED):
        return booking
    return await become(work, booking, Status.ATTENDED)


async def miss_booking(work: UnitOfWork, booking_id: UUID) -> Booking:
    """The client did not come; raises NotBegun before anybody could."""
    booking, session = await BookingRepository(work).with_session(booking_id)
    if not status.becomes(booking.status, Status.NO_SHOW):
        return booking
    status.check_begun(booking.starts_at, work.now)
    missed = await become(work, booking, Status.NO_SHOW)
    await free_seats(work, session)
    return missed


async def cancel_booking(
    work: UnitOfWork, booking_id: UUID, reason: str | None = None, *, waive: bool = False
) -> Booking:
    """Give the seats up, and let who waits move up; `waive` has it cost nothing, however late."""
    booking, session = await BookingRepository(work).with_session(booking_id)
    return await cancelled(work, booking, session, reason, waive=waive)


async def cancelled(
    work: UnitOfWork, booking: Booking, session: Session, reason: str | None, *,
    waive: bool = False,
) -> Booking:  # fmt: skip
    """The same of one that is locked with its session."""
    if not status.becomes(booking.status, Status.CANCELLED):
        return booking
    policy = booking.terms["policy"]
    late = status.is_vouched(booking.source, booking.status, policy) and status.is_late(
        policy, booking.status, booking.starts_at, work.now
    )
    gone = await become(work, booking, Status.CANCELLED, reason=reason, is_late=late and not waive)
    await free_seats(work, session)
    return gone


async def reschedule_booking(work: UnitOfWork, booking_id: UUID, wanted: Move) -> Booking:
    """Give a booking seats at another time, or with somebody else; its terms stay.

    Raises NotAllowedNow, HoldOver and what is said of seats.
    """
    bookings, sessions = BookingRepository(work), SessionRepository(work)
    said = await bookings.check(booking_id)
    known = await _in_turn(work, booking_id)
    _check_movable(known, work.now)
    staff_id = None if wanted.any_staff else wanted.staff_id or known.staff_id
    if (staff_id, wanted.starts_at) == (known.staff_id, known.starts_at):
        return (await bookings.with_session(booking_id, said))[0]
    service = await service_to_book(work, known.service_id)
    asked = Wanted(service, wanted.starts_at, known.seats, staff_id, any_time=wanted.any_time)
    # Whom it takes before any session: as everybody does.
    who = await candidates(work, asked)
    await claims.lock(work, [*who, *service.resource_ids, known.staff_id])
    booking, session = await bookings.with_session(booking_id, said)
    if booking.staff_id != known.staff_id:  # who was to do it has left
        raise ChangedMeanwhile()
    _check_movable(booking, work.now)
    await _leave(work, booking, session)
    went_to = (await find_seat(work, asked)).session
    moved = await bookings.update(
        booking, session_id=went_to.id, staff_id=went_to.staff_id, starts_at=went_to.starts_at,
        ends_at=went_to.ends_at,
    )  # fmt: skip
    work.publish(events.booking_changed("rescheduled", moved))
    await free_seats(work, await sessions.locked(session.id))
    return moved


async def invoice_booking(work: UnitOfWork, booking_id: UUID) -> Booking:
    """Have billing make a draft of what was booked, once; raises NothingToInvoice."""
    booking, _ = await BookingRepository(work).with_session(booking_id)
    if not work.caller.may("billing:write"):
        raise MissingPermission(permission="billing:write")
    if booking.invoice_id is not None or booking.is_invoicing:
        return booking
    if booking.terms["price"] is None or booking.client_id is None:
        raise failures.NothingToInvoice()
    if booking.status in (Status.HELD, Status.WAITLISTED):
        raise failures.NothingToInvoice()
    if booking.status == Status.CANCELLED and not booking.is_late:
        raise failures.NothingToInvoice()
    on = day(booking.starts_at, (await home(work)).timezone)
    said = f"{spoken(booking.terms['name'])} · {on.isoformat()}"
    asking = await BookingRepository(work).update(
        booking, is_invoicing=True, is_unsettled=True, problem=None,
        invoice_request=invoice_request(
            booking.terms, booking.client_id, booking.seats, said
        ),
    )  # fmt: skip
    settle_soon(work, asking)
    return asking


async def update_booking(work: UnitOfWork, booking_id: UUID, changes: dict[str, Any]) -> Booking:
    """Change what is noted about a booking."""
    bookings = BookingRepository(work)
    known = await bookings.get_for_update(booking_id)
    changed = await bookings.update(known, **changes)
    if changed is not known:
        work.publish(events.booking_changed("updated", changed, changed=list(changes)))
    return changed


async def forget_bookings(work: UnitOfWork, client_id: UUID) -> None:
    """Whoever is erased comes no more; what they booked, when and for how much stays."""
    bookings = BookingRepository(work)
    live = [one.value for one in LIVE]
    while some := await bookings.to_come(client_id, live, _MOST_TO_COME):
        for booking_id in some:
            await cancel_booking(work, booking_id, waive=True)
    await forget(work, client_id)


async def _in_turn(work: UnitOfWork, booking_id: UUID) -> Booking:
    """A booking as it stands once nobody else moves one of its service; raises BookingNotFound."""
    bookings = BookingRepository(work)
    if (known := await bookings.find(booking_id)) is None:
        raise failures.BookingNotFound()
    work.authorize()
    await SessionRepository(work).in_turn(known.service_id)
    if (found := await bookings.find(booking_id)) is None:
        raise failures.BookingNotFound()
    return found


async def _leave(work: UnitOfWork, booking: Booking, session: Session) -> None:
    """Close a session that somebody leaves for another time, if they were alone in it: what they
    leave may be a part of where they go.
    """
    sessions = SessionRepository(work)
    is_alone = await sessions.taken(session.id) <= booking.seats
    if is_alone and not await BookingRepository(work).waiting(session.id, 1):
        await sessions.update(session, is_open=False)
        await claims.release(work, [session.id])


def _check_movable(booking: Booking, now: datetime) -> None:
    if booking.status not in LIVE or booking.status == Status.WAITLISTED:
        raise failures.NotAllowedNow(status=booking.status, wanted="rescheduled")
    status.check_held(booking.status, booking.held_until, now)
