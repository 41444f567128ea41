"""Why an appointment cannot be as somebody wants it."""

from chassis.errors import Conflict, Invalid, NotFound


class AppointmentNotFound(NotFound):
    """No such appointment, or one of a client whom the caller does not see."""

    code = "appointment_not_found"
    detail = "There is no such appointment."


class SeriesNotFound(NotFound):
    """No such series, or one of a client whom the caller does not see."""

    code = "appointment_series_not_found"
    detail = "There is no such series of appointments."


class UnknownStaff(Invalid):
    """A body names somebody who does not work here, or not any more."""

    code = "unknown_reference"
    detail = "There is no such member of staff."


class UnknownLinked(Invalid):
    """A body names what is not there, is hidden, or is of another client."""

    code = "unknown_reference"
    detail = "This client has nothing of that kind with this id."


class EndsTwice(Invalid):
    """One of both says it."""

    code = "ends_twice"
    detail = "Say when it ends or how long it takes, not both."


class EndsBeforeStart(Invalid):
    """Nothing takes no time."""

    code = "ends_before_start"
    detail = "An appointment ends after it begins."


class TooLong(Invalid):
    """What takes longer is several appointments."""

    code = "appointment_too_long"
    detail = "An appointment takes {days} days at most."


class AppointmentNotOpen(Conflict):
    """It took place, or will not."""

    code = "appointment_not_open"
    detail = "This appointment is not scheduled any more."


class AppointmentOpen(Conflict):
    """Nothing is over that could be taken back."""

    code = "appointment_open"
    detail = "This appointment is still scheduled."


class AppointmentTookPlace(Conflict):
    """What was is not removed."""

    code = "appointment_took_place"
    detail = "This appointment is done, or was missed: it is not removed any more."


class NotInSeries(Invalid):
    """There are no others that a change could reach."""

    code = "not_in_series"
    detail = "This appointment does not recur: only itself can be changed."


class ScopeNeeded(Invalid):
    """One alone does not recur."""

    code = "scope_needed"
    detail = "Say whether the recurrence is of this and those that follow it, or of all."


class TooManyReminders(Invalid):
    """Each of them is as many mails as there are in its series."""

    code = "too_many_reminders"
    detail = "Each appointment of a series has at most {most} reminders of its own."


class CauseReused(Conflict):
    """One cause has one effect."""

    code = "cause_reused"
    detail = "This cause has made something else happen."


class RecursAlready(Conflict):
    """It is moved to another recurrence, with the others."""

    code = "recurs_already"
    detail = "This appointment recurs already. Move it, and those that follow it, to another rule."


class BeginsElsewhere(Invalid):
    """The rule has its first time on another day than the appointment."""

    code = "recurrence_begins_elsewhere"
    detail = "This rule does not begin when the appointment is."
