"""What phones are refused."""

from typing import Final

from chassis.errors import Forbidden, Malformed, NotFound, TooMany, Unauthenticated

# Within ten minutes, from one address: more than anybody mistypes. And how often one phone reads,
# which asks for several things each time that it looks.
SECONDS: Final = 600
WRONG: Final = 30
READS: Final = 600
LONGEST_BODY: Final = 200_000
# What is not there is told of each entry by its name, and a calendar has 2,000 of them.
MOST_PROPERTIES: Final = 50
LONGEST_NAME: Final = 200


class NotSignedIn(Unauthenticated):
    """No mail address and token of theirs."""

    code = "caldav_unauthenticated"
    detail = "Sign in with your e-mail and the token of a calendar of yours."
    challenge = 'Basic realm="Diwan", charset="UTF-8"'


class TooManyWrong(TooMany):
    """More than anybody mistypes."""

    code = "too_many_attempts"
    detail = "Too many wrong passwords came from here; try again later."


class ReadOnly(Forbidden):
    """Phones read: what is to be changed has rules that they do not know."""

    code = "caldav_read_only"
    detail = "Calendars are only read this way."


class NothingHere(NotFound):
    """No such place, or somebody else's."""

    code = "caldav_not_found"
    detail = "There is nothing here."


class DepthNotServed(Forbidden):
    """Everything below everything (RFC 4918, 9.1.1)."""

    code = "propfind_finite_depth"
    detail = "Ask for depth 0 or 1."


class ReportNotServed(Forbidden):
    """A report that is not told to be there (RFC 3253, 3.6)."""

    code = "supported_report"
    detail = "There is no such report."


class FilterNotServed(Forbidden):
    """What entries are not found by (RFC 4791, 7.8)."""

    code = "supported_filter"
    detail = "Entries are found by their time and by their UID."


class NotXml(Malformed):
    """No XML, or such as tries to have something read."""

    code = "malformed_xml"
    detail = "The body is not valid XML."


class TooManyProperties(Malformed):
    """More properties than there are names for, or names longer than any."""

    code = "too_many_properties"
    detail = "Ask for at most 50 properties, whose names are short."
