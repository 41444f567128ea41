"""Feeds of calendars: their secrets, what they cover, and how often they are asked."""

from datetime import timedelta
from typing import Final, Literal
from uuid import UUID

from chassis.caller import Caller
from chassis.errors import Conflict, Invalid, LeadsNowhere, NotFound, TooMany

Covers = Literal["mine", "all", "shared"]
PATH: Final = "/v1/calendars"
MOST: Final = 20
# What a calendar shows: what was lately, and what is to come within a year.
BACK: Final = timedelta(days=90)
AHEAD: Final = timedelta(days=370)
MOST_ENTRIES: Final = 2_000
# Within five minutes, from one address by one feed: a phone asks a few times an hour, and a whole
# office may sit behind one address.
SECONDS: Final = 300
READS: Final = 60
# That a feed was used is noted so often at most.
NOTED_EVERY: Final = timedelta(hours=1)


class CalendarNotFound(NotFound):
    """No such feed, or somebody else's."""

    code = "calendar_not_found"
    detail = "There is no such calendar."


class CalendarLinkNotFound(LeadsNowhere):
    """Unknown and revoked tokens, and those of people who are gone, are one and the same."""


class CalendarOfNobody(Invalid):
    """A key is nobody whose calendar there could be."""

    code = "calendar_of_nobody"
    detail = "A key has no calendar of its own: name a client."


class CoversOfClient(Invalid):
    """A client is shown what is shared with them, and nothing else."""

    code = "covers_not_possible"
    detail = "A client's calendar shows what is shared with them."


class TooManyCalendars(Conflict):
    """More than anybody has phones."""

    code = "too_many_calendars"
    detail = "There are {most} such calendars already: revoke one first."


class TooManyReads(TooMany):
    """More often than calendars ask."""

    code = "too_many_attempts"
    detail = "This calendar was asked for too often; try again later."


def covered(asked: Covers | None, *, of_client: bool) -> Covers:
    """What a feed covers; raises CoversOfClient."""
    if not of_client:
        return "all" if asked == "all" else "mine"
    if asked not in (None, "shared"):
        raise CoversOfClient(field="covers")
    return "shared"


def in_the_name_of(tenant_id: UUID, feed_id: UUID) -> Caller:
    """Whoever holds the address of a client's calendar: reads what is shared, no more."""
    rights = frozenset({"scheduling:read"})
    return Caller(tenant_id, f"calendar:{feed_id}", rights, "all", is_owner=True)
