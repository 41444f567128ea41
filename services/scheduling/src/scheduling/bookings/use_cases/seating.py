"""Seats are found: in a session that is there, or in one that is opened, by whoever is free."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from chassis.errors import Conflict
from chassis.work import UnitOfWork
from refs import people
from scheduling.availability.use_cases import buffers, fits
from scheduling.booking_services.rules import Bookable, bookable
from scheduling.bookings.repository.rows import BookingRepository
from scheduling.bookings.repository.sessions import SessionRepository
from scheduling.bookings.rules import failures
from scheduling.bookings.rules.handing import around
from scheduling.bookings.tables import Booking, Session
from scheduling.bookings.use_cases.telling import become
from scheduling.claims import repository as claims
from scheduling.claims.rules import Claim
from scheduling.defaults.use_cases import settings_of

# Of very many who do a service, so many are tried before it counts as taken.
_MOST_TRIED: Final = 20
_MOST_WAITING: Final = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Seats of a service at some time: with somebody, or with whoever has them.

    `is_public`: only at times that are offered; `any_time`: whatever the hours. With `waits`
    whoever finds a session full waits for seats in it.
    """

    service: Bookable
    starts_at: datetime
    seats: int = 1
    staff_id: UUID | None = None
    any_time: bool = False
    is_public: bool = False
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """A locked session, and whether its seats are only waited for."""

    session: Session
    is_waiting: bool = False


async def find_seat(work: UnitOfWork, wanted: Wanted) -> Seat:
    """Seats in a session, which is opened if it has to be; that stays locked.

    Raises TooManySeats, NotDoneBy, NobodyToBook, NotOffered, OutsideHours, SessionFull,
    NoWaitingList and SlotTaken.
    """
    if wanted.seats > wanted.service.capacity:
        raise failures.TooManySeats(field="seats", capacity=wanted.service.capacity)
    if wanted.waits and not wanted.service.policy["waiting_list"]:
        raise failures.NoWaitingList()
    who = await candidates(work, wanted)
    # Whom it may take before any session, as everybody does: so nobody waits in a circle.
    await claims.lock(work, [*who, *wanted.service.resource_ids])
    # Who left while this waited has handed over, under the same locks.
    here = set(await candidates(work, wanted))
    refused: Conflict | None = None
    full: UUID | None = None
    for staff_id in (one for one in who if one in here):
        try:
            async with work.attempt():
                return Seat(await _session_with(work, wanted, staff_id))
        except Conflict as failure:
            refused = refused or failure
            if isinstance(failure, failures.SessionFull):
                full = full or staff_id
    if wanted.waits and full is not None:
        return await _waiting(work, wanted, full)
    raise refused or failures.NobodyToBook()


async def free_seats(work: UnitOfWork, session: Session) -> None:
    """Somebody has left a locked session: who waits moves up, and without anybody it is closed."""
    sessions = SessionRepository(work)
    left = session.capacity - await sessions.taken(session.id)
    if session.is_open and session.starts_at > work.now and left > 0:
        for one in await BookingRepository(work).waiting(session.id, _MOST_WAITING):
            if one.seats <= left:
                left -= one.seats
                await _move_up(work, one)
    if left == session.capacity and session.is_open:
        await sessions.update(session, is_open=False)
        await claims.release(work, [session.id])


async def candidates(work: UnitOfWork, wanted: Wanted) -> Sequence[UUID]:
    """With whom it may be: the one who is asked for, or some of those who do it."""
    named = await still_here(work, wanted.service)
    if wanted.staff_id is None:
        return named[:_MOST_TRIED]
    if wanted.staff_id not in named:
        raise failures.NotDoneBy(field="staff_id")
    return [wanted.staff_id]


async def still_here(work: UnitOfWork, service: Bookable) -> Sequence[UUID]:
    """Those who do a service, in its order: whoever has left does it no more."""
    here = {one.id for one in await people.staff(work, user_ids=service.staff_ids)}
    return [one for one in service.staff_ids if one in here]


async def _waiting(work: UnitOfWork, wanted: Wanted, staff_id: UUID) -> Seat:
    """Seats in a session that was full are waited for, unless somebody has left it meanwhile.

    Whoever leaves it later has to wait for its lock, and finds who waits.
    """
    known = await SessionRepository(work).of(wanted.service.id, staff_id, wanted.starts_at)
    try:
        return Seat(await _session_with(work, wanted, staff_id))
    except failures.SessionFull:
        if known is None:
            raise
        return Seat(known, is_waiting=True)


async def _session_with(work: UnitOfWork, wanted: Wanted, staff_id: UUID) -> Session:
    _check_ahead(work, wanted)
    session = await _opened(work, wanted, staff_id)
    taken = await SessionRepository(work).taken(session.id)
    if taken + wanted.seats > session.capacity:
        raise failures.SessionFull(field="starts_at")
    return session


async def _opened(work: UnitOfWork, wanted: Wanted, staff_id: UUID) -> Session:
    sessions = SessionRepository(work)
    service = wanted.service
    known = await sessions.of(service.id, staff_id, wanted.starts_at)
    if known is not None and known.is_open:
        return known
    await _check_hours(work, wanted, staff_id)
    values = _values(wanted, staff_id, await buffers(work, staff_id))
    if known is None:
        session = await sessions.add_unless_taken(**values)
        if session is None:  # somebody else has just opened it
            return await _opened(work, wanted, staff_id)
    else:
        session = await sessions.update(known, **values)
    await claims.take(work, claim_of(session))
    return session


def claim_of(session: Session) -> Claim:
    """Whom and what a session takes, with the buffers around it."""
    subjects = (session.staff_id, *session.resource_ids)
    return Claim("session", session.id, subjects, session.taken_from, session.taken_until)


def _values(wanted: Wanted, staff_id: UUID, own: tuple[int, int]) -> dict[str, object]:
    """A session's."""
    service, starts_at = wanted.service, wanted.starts_at
    ends_at = starts_at + timedelta(minutes=service.duration_minutes)
    taken_from, taken_until = around(starts_at, ends_at, service, own)
    return {
        "service_id": service.id, "staff_id": staff_id, "starts_at": starts_at,
        "ends_at": ends_at, "capacity": service.capacity, "resource_ids": service.resource_ids,
        "taken_from": taken_from, "taken_until": taken_until, "is_open": True,
        "unstaffed_at": None,
    }  # fmt: skip


def _check_ahead(work: UnitOfWork, wanted: Wanted) -> None:
    if wanted.is_public:
        earliest, latest = bookable(wanted.service.policy, work.now)
        if not earliest <= wanted.starts_at < latest:
            raise failures.NotOffered(field="starts_at")


async def _check_hours(work: UnitOfWork, wanted: Wanted, staff_id: UUID) -> None:
    if wanted.any_time:
        return
    service = wanted.service
    step = service.slot_minutes or (await settings_of(work)).slot_minutes
    on_grid = step if wanted.is_public else None
    if not await fits(work, staff_id, wanted.starts_at, service.duration_minutes, on_grid):
        failure = failures.NotOffered if wanted.is_public else failures.OutsideHours
        raise failure(field="starts_at")


async def _move_up(work: UnitOfWork, waiting: Booking) -> None:
    confirms = waiting.terms["policy"]["auto_confirm"]
    await become(work, waiting, "confirmed" if confirms else "requested")
