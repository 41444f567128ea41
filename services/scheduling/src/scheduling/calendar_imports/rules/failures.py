"""Why a calendar, or an entry of it, is not taken in."""

from chassis.errors import Conflict, Forbidden, Invalid


class NotACalendar(Invalid):
    """Something else, or cut off."""

    code = "unreadable_file"
    detail = "This is not a calendar (.ics), or it is damaged."


class TooManyEntries(Invalid):
    """More than one file is taken in of."""

    code = "too_many_entries"
    detail = "A calendar of at most {most} entries is taken in, and {most_recurring} that recur."


class TooManyAppointments(Invalid):
    """What recurs makes more of the entries than one file may."""

    code = "too_many_appointments"
    detail = "This calendar has more than {most} appointments: divide it."


class ClientsUnread(Forbidden):
    """Clients are found in the name of who imports."""

    code = "clients_unread"
    detail = "You may not read clients, by whom the entries are found."


class Unreadable(Invalid):
    """A part of an entry that means nothing."""

    code = "entry_unreadable"
    detail = "This cannot be read: “{part}”."


class UnknownZone(Invalid):
    """Nobody can tell when that is."""

    code = "unknown_timezone"
    detail = "There is no such time zone: “{zone}”."


class RangeNotTaken(Invalid):
    """A change of one entry and of all that follow it (RFC 5545, 3.2.13)."""

    code = "range_not_taken"
    detail = "A change of several of a series at once is not taken in: save it as its own series."


class ClientNeeded(Invalid):
    """Nobody of those who come is a client, and none was named."""

    code = "client_needed"
    detail = "No client has an address of this entry; name the client of what has none."


class KnownAlready(Conflict):
    """It is here: an import brought it, or it came from here."""

    code = "known_already"
    detail = "This entry is here already."


class Over(Conflict):
    """It was, and what was is left out."""

    code = "over_already"
    detail = "This is over already, and was left out."


class CalledOff(Conflict):
    """Nobody comes."""

    code = "called_off"
    detail = "This was called off, and was left out."


class RecursOn(Conflict):
    """It is taken in as far as anybody plans."""

    code = "recurs_on"
    detail = "This recurs on; it was taken in until {day}."
