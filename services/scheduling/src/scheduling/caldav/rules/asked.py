"""What phones ask for in XML (RFC 4918, RFC 4791), read without following anything it names."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from lxml import etree

from scheduling.caldav.rules.failures import (
    LONGEST_NAME,
    MOST_PROPERTIES,
    FilterNotServed,
    NotXml,
    ReportNotServed,
    TooManyProperties,
)

DAV: Final = "DAV:"
CALDAV: Final = "urn:ietf:params:xml:ns:caldav"
# Of calendarserver.org: by which phones see whether anything has changed at all.
SERVER: Final = "http://calendarserver.org/ns/"
_STAMP: Final = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Found:
    """What a PROPFIND asks for: properties by name, or all of them (None); or their names."""

    names: tuple[str, ...] | None = None
    only_names: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A REPORT over a calendar: entries of some time, or of a UID; or those at some addresses."""

    names: tuple[str, ...] | None
    since: datetime | None = None
    until: datetime | None = None
    uid: str | None = None
    shows_nothing: bool = False
    addresses: tuple[str, ...] | None = None


def name(namespace: str, local: str) -> str:
    """As lxml writes it."""
    return f"{{{namespace}}}{local}"


def read_propfind(body: bytes) -> Found:
    """Without a body all properties are asked for; raises NotXml and TooManyProperties."""
    if not body.strip():
        return Found()
    root = _parsed(body)
    if root.tag != name(DAV, "propfind"):
        raise NotXml()
    if root.find(name(DAV, "propname")) is not None:
        return Found(only_names=True)
    return Found(_properties(root))


def read_report(body: bytes) -> Query:
    """Raises NotXml, TooManyProperties, ReportNotServed and FilterNotServed."""
    root = _parsed(body)
    if root.tag == name(CALDAV, "calendar-multiget"):
        hrefs = [one.text or "" for one in root.iterfind(name(DAV, "href"))]
        return Query(_properties(root), addresses=tuple(dict.fromkeys(hrefs)))
    if root.tag != name(CALDAV, "calendar-query"):
        raise ReportNotServed()
    return _query(root)


def _query(root: Any) -> Query:
    names = _properties(root)
    calendar = root.find(f"{name(CALDAV, 'filter')}/{name(CALDAV, 'comp-filter')}")
    if calendar is None or calendar.get("name") != "VCALENDAR":
        raise FilterNotServed()
    parts = list(calendar)
    if not parts:
        return Query(names)
    if len(parts) > 1 or parts[0].tag != name(CALDAV, "comp-filter"):
        raise FilterNotServed()
    if parts[0].get("name") != "VEVENT":
        return Query(names, shows_nothing=True)  # neither tasks nor journals are told here
    since = until = uid = None
    for one in parts[0]:
        if one.tag == name(CALDAV, "time-range"):
            since, until = _moment(one.get("start")), _moment(one.get("end"))
        else:
            uid = _uid(one)
    return Query(names, since, until, uid)


def _uid(part: Any) -> str:
    texts = list(part)
    if part.tag != name(CALDAV, "prop-filter") or part.get("name") != "UID" or len(texts) != 1:
        raise FilterNotServed()
    [match] = texts
    if match.tag != name(CALDAV, "text-match") or match.get("negate-condition") == "yes":
        raise FilterNotServed()
    return (match.text or "").strip()


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.strptime(text, _STAMP).replace(tzinfo=UTC) if text else None
    except ValueError:
        raise NotXml() from None


def _properties(root: Any) -> tuple[str, ...] | None:
    asked = root.find(name(DAV, "prop"))
    if asked is None:
        return None
    names = tuple(dict.fromkeys(one.tag for one in asked))
    if len(names) > MOST_PROPERTIES or any(len(one) > LONGEST_NAME for one in names):
        raise TooManyProperties()
    return names


def _parsed(body: bytes) -> Any:
    """The root; a document type is refused, so that nothing can be named to be read, or grow."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        raise NotXml() from None
    if b"<!" in body.replace(b"<!--", b"").replace(b"<![CDATA[", b"") or b"\0" in body:
        raise NotXml()
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=False, remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        raise NotXml() from None
