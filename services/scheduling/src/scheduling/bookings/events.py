"""What others hear of bookings."""

from collections.abc import Sequence
from datetime import datetime

from diwan.scheduling.v1 import events_pb2

from chassis.events import Event, event
from scheduling.bookings.tables import Booking


def booking_changed(
    verb: str, booking: Booking, *, changed: Sequence[str] = (), reason: str = ""
) -> Event:
    """scheduling.booking.held, requested, confirmed, waitlisted, rescheduled, attended, no_show,
    cancelled, updated, unstaffed.
    """
    terms = booking.terms
    payload = events_pb2.BookingChanged(
        booking=events_pb2.Booking(
            id=str(booking.id), version=booking.version, client_id=str(booking.client_id or ""),
            service_id=str(booking.service_id), session_id=str(booking.session_id),
            staff_id=str(booking.staff_id), starts_at=booking.starts_at.isoformat(),
            ends_at=booking.ends_at.isoformat(), status=booking.status, seats=booking.seats,
            price=terms["price"] or "", currency=terms["currency"],
            deposit=terms["deposit"] or "", source=booking.source,
            held_until=_written(booking.held_until), is_late=booking.is_late,
            credit_status=booking.credit_status, invoice_id=str(booking.invoice_id or ""),
            problem=(booking.problem or {}).get("code", ""), created_by=booking.created_by,
            service_name=events_pb2.BookedName(
                ar=terms["name"].get("ar", ""), en=terms["name"].get("en", "")
            ),
        ),
        changed=sorted(changed),
        reason=reason,
    )  # fmt: skip
    kind = f"scheduling.booking.{verb}"
    return event(kind, payload, booking.id, booking.version, client_id=booking.client_id)


def _written(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
