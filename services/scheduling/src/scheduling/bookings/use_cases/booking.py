"""Seats are booked, by staff and by the public."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from chassis.context import Context
from chassis.ids import new_id
from chassis.rpc.client import Asker
from chassis.work import UnitOfWork
from refs import about
from scheduling.booking_services.use_cases import service_to_book
from scheduling.bookings import events
from scheduling.bookings.repository.rows import BookingRepository
from scheduling.bookings.rules import failures
from scheduling.bookings.rules.credit import CreditStatus
from scheduling.bookings.rules.newcomers import newcomer_id
from scheduling.bookings.rules.status import Status, check_held
from scheduling.bookings.rules.terms import terms
from scheduling.bookings.tables import Booking
from scheduling.bookings.use_cases.seating import Seat, Wanted, find_seat
from scheduling.bookings.use_cases.telling import become, goal_of, is_unsettled, settle_soon
from scheduling.peers import NewClient

Json = dict[str, Any]
_SEATING: Final = ("service_id", "staff_id", "starts_at", "seats", "any_time", "waits")


async def create_booking(
    work: UnitOfWork, context: Context, values: Json, digest: bytes
) -> Booking:
    """Book seats for a client, or hold them for nobody yet; who is new is taken down first.

    Raises what is said of seats and of clients, ClientNeeded and IdTaken.
    """
    cause = values["id"] or new_id()
    client_id = await client_of(
        context, work, values.pop("client"), values.pop("client_id"), cause
    )  # fmt: skip
    said = await about.ask(work, context, client_id)
    bookings = BookingRepository(work)
    if values["id"]:
        await bookings.check(values["id"])
    if said is not None and client_id is not None:
        client_id = (await about.client_to_write(work, client_id, said)).id
    if (known := await bookings.known(values["id"], digest)) is not None:
        work.status = 200
        return known
    status = Status(values.pop("status"))
    if client_id is None and status != Status.HELD:
        raise failures.ClientNeeded(field="client_id")
    service = await service_to_book(work, values["service_id"])
    asked = {name: values.pop(name) for name in _SEATING if name != "service_id"}
    values.pop("service_id")
    seat = await find_seat(work, Wanted(service, **asked))
    kept = {"seats": asked["seats"], "terms": terms(service), "digest": digest}
    return await add(work, seat, status, **values, **kept, client_id=client_id, source="staff")


async def add(work: UnitOfWork, seat: Seat, status: Status, **values: Any) -> Booking:
    """A booking of seats that were found; waiting, if those are only waited for."""
    if seat.is_waiting:
        status = Status.WAITLISTED
    session, kept = seat.session, values["terms"]
    goal = goal_of(kept, status)
    hold = timedelta(minutes=kept["policy"]["hold_minutes"])
    made = await BookingRepository(work).add_new(
        **{"note": None, "external_id": None} | values, status=status.value,
        service_id=session.service_id, session_id=session.id, staff_id=session.staff_id,
        starts_at=session.starts_at, ends_at=session.ends_at,
        held_until=work.now + hold if status == Status.HELD else None,
        confirmed_at=work.now if status == Status.CONFIRMED else None, is_late=False,
        credit_goal=goal, credit_status=CreditStatus.NONE.value, is_invoicing=False,
        invoice_request=None,
        is_unsettled=is_unsettled(CreditStatus.NONE, goal, False),
        created_by=work.caller.principal,
    )  # fmt: skip
    work.publish(events.booking_changed(status.value, made))
    settle_soon(work, made)
    return made


async def request_booking(
    work: UnitOfWork, context: Context, booking_id: UUID, values: Mapping[str, Any]
) -> Booking:
    """Say for whom a seat was held; raises HoldOver and ClientNeeded."""
    client_id = await client_of(
        context, work, values.get("client"), values.get("client_id"), booking_id
    )  # fmt: skip
    said = await about.ask(work, context, client_id)
    booking, _ = await BookingRepository(work).with_session(booking_id)
    if booking.status in (Status.REQUESTED, Status.CONFIRMED):
        return booking
    check_held(booking.status, booking.held_until, work.now)
    if booking.status != Status.HELD:
        raise failures.NotAllowedNow(status=booking.status, wanted=Status.REQUESTED.value)
    if client_id is not None and said is not None:
        client_id = (await about.client_to_write(work, client_id, said)).id
    return await requested(work, booking, client_id or booking.client_id, values.get("note"))


async def requested(
    work: UnitOfWork, booking: Booking, client_id: UUID | None, note: str | None
) -> Booking:
    """A held seat is asked for by somebody; confirmed at once where the policy says so."""
    if client_id is None:
        raise failures.ClientNeeded(field="client_id")
    confirms = booking.terms["policy"]["auto_confirm"]
    status = Status.CONFIRMED if confirms else Status.REQUESTED
    return await become(work, booking, status, client_id=client_id, note=note or booking.note)


async def client_of(
    context: Context, by: Asker, client: Mapping[str, Any] | None, client_id: UUID | None,
    cause: UUID,
) -> UUID | None:  # fmt: skip
    """Who comes: the client that is named, the one with this phone, or a new one, once for a cause.

    Before the first statement. Raises what clients refuses, naming the fields of `client`.
    """
    if client_id is not None or client is None:
        return client_id
    new = NewClient(newcomer_id(cause, client), **client)
    found: UUID = await context.peers.meet_client(by, new, "client")
    return found
