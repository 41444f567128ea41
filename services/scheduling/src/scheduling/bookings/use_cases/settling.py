"""What a booking calls for at other services: its credit at memberships, its invoice at billing.

Never within a transaction. What is to be asked is written down before, and what was answered after;
whoever dies in between leaves the booking unsettled, and the same is asked again under its cause.
"""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.errors import Failure, Unavailable
from chassis.rpc.client import Asking
from chassis.work import UnitOfWork
from scheduling.bookings import events
from scheduling.bookings.repository.rows import BookingRepository
from scheduling.bookings.rules import credit
from scheduling.bookings.rules.credit import CreditStatus, Step
from scheduling.bookings.rules.status import Status
from scheduling.bookings.rules.terms import credit_of, spoken
from scheduling.bookings.tables import Booking
from scheduling.bookings.use_cases.changing import cancelled
from scheduling.bookings.use_cases.telling import is_unsettled, settle
from scheduling.peers import Refused, refused

Json = dict[str, Any]
_PATIENCE: Final = timedelta(minutes=10)
_MOST: Final = 200
# Reserved, then consumed or released: never more than that.
_MOST_STEPS: Final = 3
HOLD_OVER: Final = "hold_over"


async def settle_booking(context: Context, tenant_id: UUID, booking_id: UUID) -> None:
    """Ask memberships and billing for what a booking calls for; raises Unavailable.

    It may run twice, also at once: the same cause is answered as it was the first time.
    """
    away: Unavailable | None = None
    try:
        for _ in range(_MOST_STEPS):
            if not await _credit_step(context, tenant_id, booking_id):
                break
    except Unavailable as failure:  # billing is asked nonetheless
        away = failure
    await _invoice(context, tenant_id, booking_id)
    if away is not None:
        raise away


async def ask_again(work: UnitOfWork) -> None:
    """Have asked for what waits for long, as its job was given up."""
    before, after = work.now - _PATIENCE, UUID(int=0)
    while some := await BookingRepository(work).unsettled(before, after, _MOST):
        for booking_id in some:
            settle(work, booking_id)
        after = some[-1]


async def give_up_holds(context: Context, tenant_id: UUID) -> None:
    """Take back the seats of a company that were held for too long, each by itself."""
    caller, more = system(tenant_id, context.service), True
    while more:
        async with context.database.work(caller, role="worker") as work:
            some = await BookingRepository(work).held_too_long(_MOST)
        for booking_id in some:
            async with context.database.work(caller, role="worker") as work:
                await _give_up(work, booking_id)
        more = len(some) == _MOST


async def tenants_with_unsettled(context: Context) -> list[UUID]:
    """Companies in which another service was to be asked long ago."""
    before = context.database.clock() - _PATIENCE
    rows = await context.system.look_up("tenants_with_unsettled_bookings", before)
    return [row["tenant_id"] for row in rows]


async def tenants_with_holds_over(context: Context) -> list[UUID]:
    """Companies in which a seat was held for too long."""
    rows = await context.system.look_up("tenants_with_holds_over", context.database.clock())
    return [row["tenant_id"] for row in rows]


async def _give_up(work: UnitOfWork, booking_id: UUID) -> None:
    booking, session = await BookingRepository(work).with_session(booking_id)
    is_over = booking.held_until is not None and booking.held_until <= work.now
    if booking.status == Status.HELD and is_over:
        await cancelled(work, booking, session, HOLD_OVER)


async def _credit_step(context: Context, tenant_id: UUID, booking_id: UUID) -> bool:
    """One question to memberships, and its answer; whether there was one to ask."""
    caller = system(tenant_id, context.service)
    async with context.database.work(caller, role="worker") as work:
        bookings = BookingRepository(work)
        booking = await bookings.get_for_update(booking_id)
        step = credit.next_step(booking.credit_status, booking.credit_goal)
        if step == "reserve":
            booking = await bookings.update(booking, credit_status=CreditStatus.ASKED.value)
    if step is None:
        return False
    answer = await _ask_memberships(context, Asking(caller), step, booking)
    async with context.database.work(caller, role="worker") as work:
        known = await BookingRepository(work).get_for_update(booking_id)
        # Whoever asked at the same time has written it down.
        if credit.next_step(known.credit_status, known.credit_goal) == step or step == "reserve":
            await _heard(work, known, step, answer)
    return True


async def _ask_memberships(
    context: Context, by: Asking, step: Step, booking: Booking
) -> UUID | Refused | None:
    peers, hold_id = context.peers, booking.credit_hold_id
    try:
        if step == "reserve":
            cause, asked = _cause(booking, "credit"), _credit(booking)
            held: UUID = await peers.reserve_credit(by, cause, asked)
            return held
        if step == "consume":
            await peers.consume_credit(by, hold_id)
        else:
            await peers.release_credit(by, hold_id)
        return None
    except Unavailable:
        raise
    except Failure as failure:
        return refused(failure)


async def _heard(
    work: UnitOfWork, booking: Booking, step: Step, answer: UUID | Refused | None
) -> None:
    if step == "reserve" and booking.credit_status not in (CreditStatus.NONE, CreditStatus.ASKED):
        return
    if isinstance(answer, Refused):
        status = CreditStatus.REFUSED
        await _settled(work, booking, {"credit_status": status.value, "problem": answer.problem})
        return
    held = {"credit_hold_id": answer} if step == "reserve" else {}
    await _settled(work, booking, {"credit_status": credit.after(step).value, **held})


async def _settled(work: UnitOfWork, booking: Booking, changes: Json) -> None:
    status = changes.get("credit_status", booking.credit_status)
    is_invoicing = changes.get("is_invoicing", booking.is_invoicing)
    changed = await BookingRepository(work).update(
        booking, **changes,
        is_unsettled=is_unsettled(status, booking.credit_goal, is_invoicing),
    )  # fmt: skip
    told = [name for name in ("credit_status", "invoice_id", "problem") if name in changes]
    work.publish(events.booking_changed("updated", changed, changed=told))


async def _invoice(context: Context, tenant_id: UUID, booking_id: UUID) -> None:
    caller = system(tenant_id, context.service)
    async with context.database.work(caller, role="worker") as work:
        booking = await BookingRepository(work).get_for_update(booking_id)
    # What was asked for, as it was: one cause has one request, whatever was changed meanwhile.
    asked = booking.invoice_request
    if not booking.is_invoicing or asked is None:
        return
    answer = await context.peers.create_invoice(Asking(caller), _cause(booking, "invoice"), asked)
    was_refused = isinstance(answer, Refused)
    made = {"problem": answer.problem} if was_refused else {"invoice_id": answer.id}
    async with context.database.work(caller, role="worker") as work:
        known = await BookingRepository(work).get_for_update(booking_id)
        if known.is_invoicing:
            await _settled(work, known, {"is_invoicing": False, **made})


def _cause(booking: Booking, what: str) -> str:
    return f"booking:{booking.id}:{what}"


def _credit(booking: Booking) -> Json:
    terms = booking.terms
    return {
        "client_id": str(booking.client_id), "credit_type_id": terms["credit_type_id"],
        "amount": credit_of(terms, booking.seats), "note": spoken(terms["name"])[:200],
    }  # fmt: skip
