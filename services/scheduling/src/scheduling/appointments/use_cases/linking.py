"""What an appointment is about besides its client: looked up at who owns it."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.errors import Forbidden, NotFound
from chassis.work import UnitOfWork
from refs import clients
from scheduling.appointments.rules.failures import UnknownLinked
from scheduling.appointments.rules.states import BILLED
from scheduling.appointments.tables import Appointment
from scheduling.bookings.repository.rows import BookingRepository

Json = dict[str, Any]


async def ask(work: UnitOfWork, context: Context, values: Json) -> UUID | None:
    """Whose invoice or estimate it is, if it is about one that the caller sees; before the first
    statement. Raises Unavailable.
    """
    kind, peers = values.get("linked_type"), context.peers
    if kind not in BILLED:
        return None
    asked = peers.client_of_invoice if kind == "invoice" else peers.client_of_estimate
    try:
        found: UUID | None = await asked(work, values["linked_id"])
    except (NotFound, Forbidden):
        return None
    return found


async def check(
    work: UnitOfWork, values: Json, client_id: UUID, billed_id: UUID | None,
    known: Appointment | None = None,
) -> None:  # fmt: skip
    """The invoice, estimate or booking that it is about is there, and of the same client; what was
    named before may be gone by now. Raises UnknownLinked.

    `billed_id` is what `ask` answered. Work cycles are looked up as all of them are.
    """
    kind, linked_id = values.get("linked_type"), values.get("linked_id")
    if linked_id is None or (known is not None and known.linked_id == linked_id):
        return
    if kind in (*BILLED, "booking"):
        of = billed_id if kind in BILLED else await _booked_by(work, linked_id)
        if of is None or await _survivor(work, of) != await _survivor(work, client_id):
            raise UnknownLinked(field="linked.id")


async def _booked_by(work: UnitOfWork, booking_id: UUID) -> UUID | None:
    booking = await BookingRepository(work).find(booking_id)
    return booking.client_id if booking else None


async def _survivor(work: UnitOfWork, client_id: UUID) -> UUID:
    found = await clients.client(work, client_id)
    return (found.merged_into if found else None) or client_id
