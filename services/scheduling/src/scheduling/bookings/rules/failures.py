"""What can be wrong with bookings."""

from chassis.errors import Conflict, Invalid, NotFound


class BookingNotFound(NotFound):
    """No such booking, or one of a client that the caller does not see."""

    code = "booking_not_found"
    detail = "There is no such booking."


class SessionFull(Conflict):
    """As many seats are not left."""

    code = "session_full"
    detail = "As many seats are not left at that time."


class TooManySeats(Invalid):
    """More than one session has."""

    code = "too_many_seats"
    detail = "A session has {capacity} seats."


class OutsideHours(Conflict):
    """Nobody works then."""

    code = "outside_hours"
    detail = "This is outside the hours in which it can be booked."


class NotOffered(Conflict):
    """Too soon, too far ahead, or not at the beginning of a slot."""

    code = "slot_not_offered"
    detail = "This time is not offered. Look up the free times again."


class NobodyToBook(Conflict):
    """A service without staff."""

    code = "no_staff_to_book"
    detail = "Nobody is named who does this service."


class NotDoneBy(Invalid):
    """Somebody else does it."""

    code = "not_done_by"
    detail = "This member of staff does not do this service."


class NoWaitingList(Conflict):
    """The service's policy has none."""

    code = "no_waiting_list"
    detail = "This service has no waiting list."


class NotAllowedNow(Conflict):
    """The booking is not in a state from which this follows."""

    code = "booking_not_open"
    detail = "A booking that is {status} does not become {wanted}."


class NotBegun(Conflict):
    """Nobody has missed it yet."""

    code = "booking_not_begun"
    detail = "This booking has not begun yet."


class HoldOver(Conflict):
    """The seat was held for so long, and no longer."""

    code = "hold_over"
    detail = "The seat is not held any more. Choose a time again."


class ClientNeeded(Invalid):
    """Somebody comes."""

    code = "client_needed"
    detail = "Say who comes: a client, or the name and the phone of a new one."


class NothingToInvoice(Conflict):
    """Without a price, or cancelled before anybody was asked for anything."""

    code = "nothing_to_invoice"
    detail = "There is nothing to invoice for this booking."
