"""Phones that read calendars by CalDAV."""

from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from lxml import etree

from chassis.errors import Failure
from chassis.ids import new_id
from chassis.testing.clock import FrozenClock
from chassis.testing.harness import Harness
from refs import rights
from scheduling.caldav.rules import asked, failures
from services.scheduling.tests.appointments.planning import make_appointment
from services.scheduling.tests.calendars.feeding import NOW, TOMORROW, employ, make_feed
from services.scheduling.tests.factories import Json, Person, remember_client, remember_user

ROOT = "/v1/caldav/"
_D = "{DAV:}"
_C = "{urn:ietf:params:xml:ns:caldav}"
_QUERY = (
    '<c:calendar-query xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">'
    "<d:prop><d:getetag/><c:calendar-data/></d:prop><c:filter>"
    '<c:comp-filter name="VCALENDAR"><c:comp-filter name="{what}">{inner}</c:comp-filter>'
    "</c:comp-filter></c:filter></c:calendar-query>"
)


def _asking(names: Iterable[str]) -> str:
    """A query for everything, with these properties of each entry."""
    return _QUERY.format(what="VEVENT", inner="").replace("<d:getetag/>", "".join(names))


@pytest.fixture(autouse=True)
def clock(service: Harness, monkeypatch: pytest.MonkeyPatch) -> FrozenClock:
    """It is a Monday, whenever the tests run; rights are looked up each time."""
    frozen = FrozenClock(NOW)
    monkeypatch.setattr(service.context.database, "clock", frozen)
    monkeypatch.setattr(rights, "USER_SECONDS", 0)
    return frozen


class Phone:
    """Somebody's phone, with the token of a feed of theirs."""

    def __init__(self, http: httpx.AsyncClient, feed: Json) -> None:
        self.http, self.feed = http, feed
        self.calendar = f"{ROOT}calendars/{feed['id']}/"

    async def ask(self, method: str, path: str = ROOT, body: str = "", **headers: str) -> Any:
        auth = ("hind@example.com", self.feed["token"])
        return await self.http.request(method, path, content=body, headers=headers, auth=auth)

    async def find(self, path: str, *names: str, depth: str = "0") -> dict[str, Any]:
        """Properties by address: those that are there."""
        props = "".join(f'<{name} xmlns="{space}"/>' for space, name in map(_split, names))
        body = f'<propfind xmlns="DAV:"><prop>{props}</prop></propfind>' if props else ""
        answer = await self.ask("PROPFIND", path, body, Depth=depth)
        assert answer.status_code == 207, answer.text
        return _responses(answer.content)

    async def report(self, body: str) -> dict[str, Any]:
        answer = await self.ask("REPORT", self.calendar, body, Depth="1")
        assert answer.status_code == 207, answer.text
        return _responses(answer.content)


def _split(name: str) -> tuple[str, str]:
    space, _, local = name[1:].partition("}")
    return space, local


def _responses(content: bytes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for response in etree.fromstring(content).iterfind(f"{_D}response"):
        href = str(response.findtext(f"{_D}href"))
        found[href] = {
            prop.tag: prop for part in response.iterfind(f"{_D}propstat")
            if "200" in str(part.findtext(f"{_D}status")) for prop in part.iterfind(f"{_D}prop/*")
        } if response.find(f"{_D}status") is None else None  # fmt: skip
    return found


@pytest.fixture
async def phone(owner: Person) -> AsyncIterator[Phone]:
    """The owner's, whose calendar is empty."""
    await employ(owner, is_owner=True)
    feed = await make_feed(owner, name="هاتفي")
    async with owner.service.http(None) as http:
        yield Phone(http, feed)


async def mine(owner: Person, **fields: Any) -> Json:
    return await make_appointment(owner, TOMORROW, staff_ids=[str(owner.caller.user_id)], **fields)


async def test_a_phone_finds_the_calendar_by_the_host(owner: Person, phone: Phone) -> None:
    """SC-03: as RFC 6764 has it: from the host to the user, their calendars and what is there."""
    known = await phone.http.request("PROPFIND", "/.well-known/caldav")
    assert (known.status_code, known.headers["location"]) == (301, ROOT)
    answer = await phone.ask("OPTIONS")
    assert "calendar-access" in answer.headers["dav"]
    [root] = (await phone.find(ROOT, f"{_D}current-user-principal")).values()
    principal = root[f"{_D}current-user-principal"][0].text
    [user] = (await phone.find(principal, f"{_C}calendar-home-set")).values()
    home = user[f"{_C}calendar-home-set"][0].text
    found = await phone.find(home, f"{_D}resourcetype", f"{_D}displayname", depth="1")
    assert list(found) == [home, phone.calendar]
    kinds = {one.tag for one in found[phone.calendar][f"{_D}resourcetype"]}
    assert f"{_C}calendar" in kinds
    assert found[phone.calendar][f"{_D}displayname"].text == "هاتفي"
    made = await mine(owner)
    entries = await phone.find(phone.calendar, f"{_D}getetag", depth="1")
    assert list(entries) == [phone.calendar, f"{phone.calendar}{made['id']}.ics"]


async def test_a_phone_sees_whether_anything_changed(owner: Person, phone: Phone) -> None:
    """SC-03: by one tag of the calendar, and one of each entry."""
    ctag = "{http://calendarserver.org/ns/}getctag"

    async def tag() -> str:
        [found] = (await phone.find(phone.calendar, ctag)).values()
        return str(found[ctag].text)

    client_id = str(await remember_client(owner, name="ليلى"))
    made = await mine(owner, client_id=client_id)
    first = await tag()
    assert await tag() == first
    await remember_client(owner, id=client_id, version=2, name="ليلى أحمد")
    renamed = await tag()
    await owner.post(f"/v1/appointments/{made['id']}/confirm")
    assert len({first, renamed, await tag()}) == 3


async def test_a_phone_reads_entries_at_their_addresses(owner: Person, phone: Phone) -> None:
    """SC-03: each by itself and several at once; what is gone is told as gone."""
    made = await mine(owner, title="استشارة")
    path, gone = f"{phone.calendar}{made['id']}.ics", f"{phone.calendar}{new_id()}.ics"
    answer = await phone.ask("GET", path)
    [event] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["summary"]).startswith("استشارة") and "METHOD" not in answer.text
    known = await phone.ask("GET", path, **{"If-None-Match": answer.headers["etag"]})
    assert known.status_code == 304
    body = (
        '<c:calendar-multiget xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:prop>'
        f"<c:calendar-data/><d:getetag/></d:prop><d:href>{path}</d:href><d:href>{gone}</d:href>"
        "<d:href>http://elsewhere.test/x</d:href></c:calendar-multiget>"
    )
    found = await phone.report(body)
    assert found[gone] is None and found["http://elsewhere.test/x"] is None
    assert found[path][f"{_D}getetag"].text == answer.headers["etag"]
    assert found[path][f"{_C}calendar-data"].text.encode() == answer.content
    assert (await phone.ask("GET", gone)).status_code == 404
    whole = await phone.ask("GET", phone.calendar)
    assert len(Calendar.from_ical(whole.content).walk("VEVENT")) == 1


async def test_a_phone_asks_for_a_window(owner: Person, phone: Phone) -> None:
    """SC-03: entries of some time, by UID, and no tasks."""
    made = await mine(owner)
    address = f"{phone.calendar}{made['id']}.ics"
    for start, end, seen in (
        ("20310311T090000Z", "20310311T093000Z", True),
        ("20310311T095900Z", "20310312T000000Z", True),
        ("20310311T100000Z", "20310312T000000Z", False),
        ("20310310T000000Z", "20310311T090000Z", False),
    ):
        span = f'<c:time-range start="{start}" end="{end}"/>'
        found = await phone.report(_QUERY.format(what="VEVENT", inner=span))
        assert list(found) == ([address] if seen else []), (start, end)
    for uid, seen in ((f"{made['id']}@diwan", True), (f"{new_id()}@diwan", False), ("x", False)):
        match = f'<c:prop-filter name="UID"><c:text-match>{uid}</c:text-match></c:prop-filter>'
        found = await phone.report(_QUERY.format(what="VEVENT", inner=match))
        assert list(found) == ([address] if seen else [])
    assert await phone.report(_QUERY.format(what="VTODO", inner="")) == {}


async def test_nobody_reads_with_anothers_token(owner: Person, phone: Phone) -> None:
    """SC-03: a mail address, and the token of a feed of whose it is."""
    for auth in (None, ("hind@example.com", "wrong"), ("else@example.com", phone.feed["token"])):
        answer = await phone.http.request("PROPFIND", ROOT, auth=auth)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Basic realm=")
    of_client = await make_feed(owner, client_id=str(await remember_client(owner)))
    answer = await phone.http.request("GET", ROOT, auth=("", of_client["token"]))
    assert answer.status_code == 401
    other = await make_feed(owner)
    answer = await phone.ask("PROPFIND", f"{ROOT}calendars/{other['id']}/")
    assert answer.status_code == 404
    await remember_user(
        owner, id=str(owner.caller.user_id), version=9, email="hind@example.com", is_active=False
    )
    assert (await phone.ask("PROPFIND")).status_code == 401


async def test_who_tries_passwords_is_held_up(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SC-03: while who has a right one goes on."""
    monkeypatch.setattr(failures, "WRONG", 2)
    # No other test comes from there.
    place = {"X-Forwarded-For": f"2001:db8::{str(new_id())[-4:]}"}
    wrong = ("hind@example.com", "wrong")
    statuses = [
        (await phone.http.request("PROPFIND", ROOT, auth=wrong, headers=place)).status_code
        for _ in range(3)
    ]
    assert statuses[-1] == 429
    assert (await phone.ask("PROPFIND", ROOT, **place)).status_code == 207


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PROPPATCH", "MKCALENDAR", "POST", "MOVE"])
async def test_phones_change_nothing(phone: Phone, method: str) -> None:
    """SC-03: what is to be changed has rules that they do not know."""
    answer = await phone.ask(method, f"{phone.calendar}{new_id()}.ics", "BEGIN:VCALENDAR")
    assert (answer.status_code, answer.json()["code"]) == (403, "caldav_read_only")
    assert (await phone.http.request(method, phone.calendar)).status_code == 401


@pytest.mark.parametrize(("body", "status", "code"), [
    ("<not-closed>", 400, "malformed_xml"),
    ('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 400, "malformed_xml"),
    ('<sync-collection xmlns="DAV:"/>', 403, "supported_report"),
    (_QUERY.format(what="VEVENT", inner='<c:prop-filter name="SUMMARY"/>'), 403,
     "supported_filter"),
    (_QUERY.format(what="VEVENT", inner='<c:time-range start="soon"/>'), 400, "malformed_xml"),
    (_asking(f"<p{n}/>" for n in range(failures.MOST_PROPERTIES + 1)), 400, "too_many_properties"),
    (_asking(["<n" + "n" * failures.LONGEST_NAME + "/>"]), 400, "too_many_properties"),
    ("<a/>" + " " * failures.LONGEST_BODY, 413, "request_entity_too_large"),
])  # fmt: skip
async def test_what_is_not_served_is_refused(
    phone: Phone, body: str, status: int, code: str
) -> None:
    """SC-03: nothing that XML names is read."""
    answer = await phone.ask("REPORT", phone.calendar, body)
    assert answer.status_code == status, answer.text
    assert answer.json()["code"] in (code, "content_too_large")


async def test_what_no_xml_can_hold_is_left_out(owner: Person, phone: Phone) -> None:
    """SC-03: a title may hold what no phone could be told."""
    made = await mine(owner, title="زيارة\u0001\u000b\ufffe ثانية")
    place = f"{phone.calendar}{made['id']}.ics"
    for found in (
        await phone.find(phone.calendar, f"{_D}displayname", f"{_C}calendar-data", depth="1"),
        await phone.report(_QUERY.format(what="VEVENT", inner="")),
    ):
        assert "زيارة ثانية" in found[place][f"{_C}calendar-data"].text
    [told] = (await phone.find(place, f"{_D}displayname")).values()
    assert told[f"{_D}displayname"].text.startswith("زيارة ثانية · ")


async def test_all_of_everything_is_not_told(phone: Phone) -> None:
    """SC-03: RFC 4918, 9.1.1."""
    answer = await phone.ask("PROPFIND", ROOT, Depth="infinity")
    assert (answer.status_code, answer.json()["code"]) == (403, "propfind_finite_depth")


async def test_what_is_not_asked_for_by_name_is_short(owner: Person, phone: Phone) -> None:
    """SC-03: all properties are told without what entries say; their names without values."""
    made = await mine(owner)
    path = f"{phone.calendar}{made['id']}.ics"
    [found] = (await phone.find(path)).values()
    assert f"{_C}calendar-data" not in found and found[f"{_D}getetag"].text
    answer = await phone.ask("PROPFIND", path, '<propfind xmlns="DAV:"><propname/></propfind>')
    [named] = _responses(answer.content).values()
    assert not named[f"{_D}getetag"].text


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_whatever_is_sent_is_read_or_refused(body: bytes) -> None:
    """SC-03: with a refusal of ours."""
    for read in (asked.read_propfind, asked.read_report):
        try:
            read(body)
        except Failure as failure:
            assert failure.status in (400, 403)


def test_a_window_is_read_in_utc() -> None:
    span = '<c:time-range start="20310311T090000Z"/>'
    found = asked.read_report(_QUERY.format(what="VEVENT", inner=span).encode())
    assert (found.since, found.until) == (TOMORROW, None)
    assert found.since is not None and found.since.utcoffset() == timedelta(0)
