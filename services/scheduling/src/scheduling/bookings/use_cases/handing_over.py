"""What was booked with somebody who left is done by somebody else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chassis.work import UnitOfWork
from refs import people
from scheduling.availability.use_cases import buffers
from scheduling.booking_services.repository import ServiceRepository
from scheduling.booking_services.rules import Bookable
from scheduling.bookings import events
from scheduling.bookings.repository.rows import BookingRepository
from scheduling.bookings.repository.sessions import SessionRepository
from scheduling.bookings.rules.failures import NotDoneBy
from scheduling.bookings.rules.handing import Change, around, may_do, taken_over
from scheduling.bookings.rules.status import LIVE, Status
from scheduling.bookings.tables import Session
from scheduling.bookings.use_cases.seating import claim_of
from scheduling.claims import repository as claims
from scheduling.claims.rules import SlotTaken, Span

HAND_OVER: Final = "scheduling.hand_over_bookings"
_MOST: Final = 100
# As the session's staff are theirs: who came already too, but not who gave their seats up.
_WITH_THEM: Final = (*LIVE, Status.ATTENDED)


@dataclass(frozen=True, slots=True)
class Leave:
    """Who left when, and who takes over, if anybody does."""

    leaver_id: UUID
    heir_id: UUID | None
    at: datetime


def plan_to_hand_over(work: UnitOfWork, leaver_id: UUID, heir_id: UUID | None) -> None:
    """Have it handed over."""
    payload: dict[str, Any] = {
        "leaver_id": str(leaver_id), "heir_id": str(heir_id) if heir_id else None,
        "left_at": work.now.isoformat(),
    }  # fmt: skip
    work.enqueue(HAND_OVER, payload, unique=f"{leaver_id}:{heir_id}")


def leave_of(payload: Mapping[str, Any]) -> Leave:
    """What was planned."""
    heir_id = UUID(payload["heir_id"]) if payload["heir_id"] else None
    left_at = datetime.fromisoformat(payload["left_at"])
    return Leave(UUID(payload["leaver_id"]), heir_id, left_at)


async def hand_over(work: UnitOfWork, leave: Leave) -> bool:
    """Some of the sessions that are still to come; whether there may be more.

    What nobody takes over is left with who left, and told: it is the company's to move, or to call
    off.
    """
    sessions = SessionRepository(work)
    some = await sessions.left_with(leave.leaver_id, leave.at, _MOST)
    # Everybody at once, and the leaver as whoever books with them does: what was booked meanwhile
    # is found then, and nothing is later.
    heirs = {leave.heir_id} if leave.heir_id else set()
    needed = {each for one in some for each in one.resource_ids}
    await claims.lock(work, {leave.leaver_id, *heirs, *needed})
    if not some:
        return bool(await sessions.left_with(leave.leaver_id, leave.at, 1))
    held = await sessions.hold_of(leave.leaver_id, [one.id for one in some])
    able = await _able(work, leave.heir_id, held)
    spans = await _spans(work, leave.heir_id, held, able)
    await _hand(work, leave.heir_id, spans)
    await _leave(work, leave, [one for one in held if one.id not in spans], able)
    return True


async def _able(
    work: UnitOfWork, heir_id: UUID | None, held: Sequence[Session]
) -> dict[UUID, Bookable]:
    """The services of these that the heir may do; of who has left too, none."""
    if heir_id is None or not await people.staff(work, user_ids=[heir_id]):
        return {}
    found = await ServiceRepository(work).these({one.service_id for one in held})
    return {one.id: one for one in found if may_do(one, heir_id)}


async def _spans(
    work: UnitOfWork, heir_id: UUID | None, held: Sequence[Session], able: Mapping[UUID, Bookable]
) -> dict[UUID, Span]:
    """When each of those takes the heir that they can do."""
    some = [one for one in held if one.service_id in able]
    if heir_id is None or not some:
        return {}
    own = await buffers(work, heir_id)
    wanted = [_change(one, able[one.service_id], own) for one in some]
    needed = {heir_id, *(each for one in some for each in one.resource_ids)}
    window = min(one.then[0] for one in wanted), max(one.then[1] for one in wanted)
    return taken_over(wanted, heir_id, await claims.busy(work, needed, window))


def _change(session: Session, service: Bookable, own: tuple[int, int]) -> Change:
    then = around(session.starts_at, session.ends_at, service, own)
    now = session.taken_from, session.taken_until
    return Change(session.id, session.resource_ids, now, then)


async def _hand(work: UnitOfWork, heir_id: UUID | None, spans: Mapping[UUID, Span]) -> None:
    """The heir does these from now on; whoever has booked them hears of it."""
    if heir_id is None or not spans:
        return
    changed = await SessionRepository(work).hand_over(heir_id, spans)
    await claims.move(work, *map(claim_of, changed))
    for one in await BookingRepository(work).follow(heir_id, spans.keys(), _WITH_THEM):
        work.publish(events.booking_changed("updated", one, changed=["staff_id"]))


async def _leave(
    work: UnitOfWork, leave: Leave, left: Sequence[Session], able: Collection[UUID]
) -> None:
    """Nobody does these; why, each of their bookings tells."""
    if not left:
        return
    ids = [one.id for one in left]
    await SessionRepository(work).leave(ids, leave.at)
    for one in await BookingRepository(work).hold_in(ids, LIVE):
        reason = _reason(leave, one.service_id, able)
        work.publish(events.booking_changed("unstaffed", one, reason=reason))


def _reason(leave: Leave, service_id: UUID, able: Collection[UUID]) -> str:
    if leave.heir_id is None:
        return ""
    return SlotTaken.code if service_id in able else NotDoneBy.code
