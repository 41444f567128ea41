"""Appointments as calendars elsewhere read them (RFC 5545)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from icalendar import Alarm, Calendar, Event, vCalAddress, vText, vUri

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]
MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
_PRODUCT: Final = "-//Diwan//Scheduling//AR"
# How often it is worth to ask again (RFC 7986, 5.7).
_REFRESH: Final = timedelta(hours=1)
# What took place or was missed stood in the calendar all the same.
_STATUS: Final = {
    "scheduled": "TENTATIVE", "confirmed": "CONFIRMED", "done": "CONFIRMED",
    "no_show": "CONFIRMED", "cancelled": "CANCELLED",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Somebody with an address: a mail's, or another URI where there is none to be told."""

    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing in a calendar; each has a UID of its own, also where it is one of a series.

    Times are instants and are written in UTC: what recurs is a row each time it does, which keeps
    its wall time by itself, so that no calendar has to know how clocks change anywhere.
    `sequence` never falls: calendars take the highest for the truth.
    """

    uid: str
    sequence: int
    created_at: datetime
    updated_at: datetime
    starts_at: datetime
    ends_at: datetime
    status: str
    summary: str
    location: str | None = None
    description: str | None = None
    url: str | None = None
    organizer: Party | None = None
    attendee: Party | None = None
    reminders: tuple[int, ...] = ()


def uid_of(entry_id: UUID) -> str:
    """What calendars know an entry by, wherever and whenever they see it."""
    return f"{entry_id}@diwan"


def calendar(name: str, entries: Iterable[Entry]) -> bytes:
    """A calendar that is subscribed to; the same entries are the same bytes."""
    made = _empty("PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", "PT1H")
    for one in entries:
        made.add_component(_event(one))
    return _written(made)


def single(entry: Entry) -> bytes:
    """One entry as a resource of its own: without a method (RFC 4791, 4.1)."""
    made = _empty(None)
    made.add_component(_event(entry))
    return _written(made)


def invitation(method: Literal["REQUEST", "CANCEL"], entry: Entry) -> bytes:
    """An entry that somebody is invited to, or that is off (RFC 5546, 3.2)."""
    made = _empty(method)
    made.add_component(_event(entry))
    return _written(made)


def _written(made: Calendar) -> bytes:
    written: bytes = made.to_ical()
    return written


def _empty(method: Method | None) -> Calendar:
    made = Calendar()
    made.add("prodid", _PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    if method is not None:
        made.add("method", method)
    return made


def _event(entry: Entry) -> Event:
    made = Event()
    made.add("uid", entry.uid)
    # When this was so, not when it was asked for: else no two answers would be the same.
    made.add("dtstamp", _whole(entry.updated_at))
    made.add("created", _whole(entry.created_at))
    made.add("last-modified", _whole(entry.updated_at))
    made.add("dtstart", _whole(entry.starts_at))
    made.add("dtend", _whole(entry.ends_at))
    made.add("sequence", entry.sequence)
    made.add("status", _STATUS[entry.status])
    made.add("transp", "TRANSPARENT" if entry.status == "cancelled" else "OPAQUE")
    made.add("summary", entry.summary)
    for name, text in (("location", entry.location), ("description", entry.description)):
        if text:
            made.add(name, text)
    if entry.url:
        made["url"] = vUri(entry.url)
    if entry.organizer:
        made["organizer"] = _party(entry.organizer)
    if entry.attendee:
        made["attendee"] = _party(
            entry.attendee, ROLE="REQ-PARTICIPANT", PARTSTAT="NEEDS-ACTION", RSVP="FALSE"
        )
    for minutes in entry.reminders if entry.status != "cancelled" else ():
        made.add_component(_alarm(entry.summary, minutes))
    return made


def _party(one: Party, **parameters: str) -> vCalAddress:
    made = vCalAddress(one.address)
    made.params["CN"] = vText(one.name)
    for name, value in parameters.items():
        made.params[name] = vText(value)
    return made


def _alarm(summary: str, minutes: int) -> Alarm:
    made = Alarm()
    made.add("action", "DISPLAY")
    made.add("description", summary)
    made.add("trigger", timedelta(minutes=-minutes))
    return made


def _whole(moment: datetime) -> Any:
    """In UTC, to the second: no calendar knows parts of it."""
    return moment.astimezone(UTC).replace(microsecond=0)
