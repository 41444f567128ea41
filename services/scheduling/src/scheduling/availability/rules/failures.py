"""What can be wrong with when somebody works."""

from chassis.errors import Conflict, Invalid, NotFound


class StaffNotFound(NotFound):
    """No such member of staff."""

    code = "user_not_found"
    detail = "There is no such user."


class UnknownStaff(Invalid):
    """A body names somebody who does not work here, or not any more."""

    code = "unknown_reference"
    detail = "There is no such user."


class UnknownZone(Invalid):
    """No time zone of the IANA table."""

    code = "unknown_timezone"
    detail = "There is no such time zone; one is written like Asia/Riyadh."


class OverrideNotFound(NotFound):
    """No such dated override."""

    code = "availability_override_not_found"
    detail = "There are no such hours."


class LeaveNotFound(NotFound):
    """No such leave."""

    code = "leave_not_found"
    detail = "There is no such leave."


class EndsBeforeItBegins(Invalid):
    """The last day is before the first."""

    code = "ends_before_it_begins"
    detail = "The last day is before the first one."


class LeaveTooLong(Invalid):
    """Who is away for longer has no hours at all."""

    code = "leave_too_long"
    detail = "This is longer than {most} days."


class TooManyOverrides(Conflict):
    """More than anybody looks through."""

    code = "too_many_overrides"
    detail = "There are at most {most} of these at a time for days to come."
