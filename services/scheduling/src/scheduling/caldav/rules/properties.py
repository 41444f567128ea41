"""What is told of each place (RFC 4918, RFC 3744, RFC 4791, RFC 5397)."""

from collections.abc import Mapping
from email.utils import format_datetime
from hashlib import sha256
from typing import Any, Final

from scheduling.caldav.rules.asked import CALDAV, DAV, SERVER, name
from scheduling.caldav.rules.places import Addresses, Place
from scheduling.caldav.rules.told import Value, element, href
from scheduling.calendar_files.rules import Entry

CONTENT: Final = name(CALDAV, "calendar-data")
_ENTRY_TYPE: Final = "text/calendar; charset=utf-8; component=VEVENT"
_KINDS: Final = {
    "root": ((DAV, "collection"),), "home": ((DAV, "collection"),),
    "principal": ((DAV, "collection"), (DAV, "principal")),
    "calendar": ((DAV, "collection"), (CALDAV, "calendar")), "entry": (),
}  # fmt: skip
_REPORTS: Final = ("calendar-query", "calendar-multiget")


def tag_of(entry: Entry) -> str:
    """Changes with whatever is told of an entry: also where only the client's name did."""
    return sha256(repr(entry).encode()).hexdigest()[:32]


def tag_of_all(entries: list[Entry]) -> str:
    """Changes with any of them."""
    return sha256("".join(map(tag_of, entries)).encode()).hexdigest()[:32]


def of_place(place: Place, at: Addresses, facts: Mapping[str, str]) -> dict[str, Value]:
    """Of a principal, or a collection; `facts` are `name`, `email` and, of a calendar, `tag`."""
    told: dict[str, Value] = {
        name(DAV, "resourcetype"): [element(*kind) for kind in _KINDS[place.kind]],
        name(DAV, "current-user-principal"): href(at.principal),
        name(DAV, "owner"): href(at.principal),
        name(DAV, "current-user-privilege-set"): [_privilege("read")],
        name(DAV, "displayname"): facts["name"],
    }
    if place.kind == "principal":
        told |= {
            name(DAV, "principal-URL"): href(at.principal),
            name(CALDAV, "calendar-home-set"): href(at.home),
            name(CALDAV, "calendar-user-address-set"): href(f"mailto:{facts['email']}"),
        }
    if place.kind == "calendar":
        told |= {
            name(SERVER, "getctag"): facts["tag"],
            name(CALDAV, "supported-calendar-component-set"): [
                element(CALDAV, "comp", name="VEVENT")
            ],
            name(DAV, "supported-report-set"): [_report(one) for one in _REPORTS],
        }
    return told


def of_entry(entry: Entry, at: Addresses, content: bytes | None) -> dict[str, Value]:
    """Of an entry, with what it says where that is asked for."""
    told: dict[str, Value] = {
        name(DAV, "resourcetype"): None,
        name(DAV, "getetag"): f'"{tag_of(entry)}"',
        name(DAV, "getcontenttype"): _ENTRY_TYPE,
        name(DAV, "getlastmodified"): format_datetime(entry.updated_at, usegmt=True),
        name(DAV, "displayname"): entry.summary,
        name(DAV, "current-user-principal"): href(at.principal),
        name(DAV, "owner"): href(at.principal),
        name(DAV, "current-user-privilege-set"): [_privilege("read")],
    }
    if content is not None:
        told[CONTENT] = content.decode()
    return told


def _privilege(local: str) -> Any:
    made = element(DAV, "privilege")
    made.append(element(DAV, local))
    return made


def _report(local: str) -> Any:
    made, report = element(DAV, "supported-report"), element(DAV, "report")
    report.append(element(CALDAV, local))
    made.append(report)
    return made
