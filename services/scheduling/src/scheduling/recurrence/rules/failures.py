"""What can be wrong with a recurrence; each names the field that the rule stood in."""

from chassis.errors import Conflict, Invalid


class NotARecurrence(Invalid):
    """Not a rule of RFC 5545 (3.3.10), or a part of one that cannot be read."""

    code = "recurrence_invalid"
    detail = "This is not a recurrence rule: {part}."


class PartNotTaken(Invalid):
    """RFC 5545 and 7529 do not let this part stand here, or it is none that is repeated by."""

    code = "recurrence_part_not_taken"
    detail = "{part} does not fit this recurrence."


class TooFine(Invalid):
    """Nothing here recurs more than once a day."""

    code = "recurrence_too_fine"
    detail = "A recurrence is daily, weekly, monthly or yearly."


class Endless(Invalid):
    """It has to end."""

    code = "recurrence_endless"
    detail = "Say when the recurrence ends: with COUNT or with UNTIL."


class EndsTwice(Invalid):
    """COUNT and UNTIL do not stand in one rule (RFC 5545, 3.3.10)."""

    code = "recurrence_ends_twice"
    detail = "A recurrence ends by COUNT or by UNTIL, not by both."


class TooMany(Invalid):
    """More than anybody plans."""

    code = "recurrence_too_many"
    detail = "A recurrence has at most {most} occurrences."


class TooLong(Invalid):
    """Further ahead than anybody plans."""

    code = "recurrence_too_long"
    detail = "A recurrence ends within {years} years."


class Never(Invalid):
    """There is no such day, or all of them are holidays."""

    code = "recurrence_never"
    detail = "There is no day on which this would recur."


class BeyondTheTable(Invalid):
    """Umm al-Qura is known from 1924 to 2077."""

    code = "hijri_out_of_range"
    detail = "The Hijri calendar is not known for these days."


class NotMovable(Conflict):
    """Nobody can tell what the rule would be: `BYMONTHDAY=1,15`, say, moved by a day."""

    code = "recurrence_not_movable"
    detail = "To move this series to other days, say its new recurrence."
