"""Appointments that are shared with their client, who answers by a link."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from icalendar import Calendar

from chassis.errors import Invalid
from chassis.ids import new_id
from chassis.rpc.client import Asker
from chassis.testing.clock import FrozenClock
from scheduling.appointments.schedules import jobs
from scheduling.appointments.use_cases.mailing import MAIL_CANCELLED, MAIL_LINK
from scheduling.peers import File, Mail, Peers
from services.scheduling.tests.appointments.planning import (
    HOUR,
    NINE,
    at,
    make_appointment,
    path_of,
)
from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import (
    Json,
    Person,
    jobs_of,
    remember_client,
    remember_tenant,
    remember_user,
)

_MAIL_OF_LAILA = [{"address": "laila@example.com", "primary": True}]
PAGE = {"Accept": "text/html"}


class Comms:
    """Stands for the service that mails."""

    def __init__(self) -> None:
        self.sent: list[tuple[UUID, str, str]] = []
        self.keys: dict[str, UUID] = {}
        self.files: list[File] = []
        self.refuses = False

    async def mail(self, _: Asker, mail: Mail, *, key: str) -> UUID:
        if self.refuses:
            raise Invalid(code="opted_out")
        if key not in self.keys:
            self.sent.append((mail.client_id, mail.subject, mail.body))
            self.files.extend(mail.files)
        return self.keys.setdefault(key, new_id())


@pytest.fixture
def comms(monkeypatch: pytest.MonkeyPatch) -> Comms:
    made = Comms()
    monkeypatch.setattr(Peers, "mail", lambda _, *given, **named: made.mail(*given, **named))
    return made


@pytest.fixture
async def stranger(owner: Person) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who is not signed in."""
    async with owner.service.http(None) as http:
        http.headers.pop("authorization", None)
        yield http


async def mailed(person: Person) -> None:
    """The jobs run that mail links."""
    for name in (MAIL_LINK, MAIL_CANCELLED):
        for payload in await jobs_of(person, name):
            for _ in range(2):  # as after a kill in between
                await jobs.jobs[name].handler(
                    person.service.context, person.caller.tenant_id, payload
                )


async def shared(person: Person, **fields: Any) -> tuple[Json, str]:
    """One with a link; its path."""
    made = await make_appointment(person, **fields)
    given = await person.post(path_of(made, "share"), {"channel": "link"})
    return given, "/v1/public/appointments/" + given["share_url"].rpartition("/")[2]


async def test_a_client_confirms_by_a_link(
    owner: Person, stranger: httpx.AsyncClient, events: Events
) -> None:
    """SC-01, SC-06: what they see says no more than they need."""
    await remember_tenant(owner, name="عيادة الابتسامة")
    staff = str(await remember_user(owner, name="هند"))
    given, path = await shared(owner, staff_ids=[staff], title="استشارة", note="سري", location="١")
    assert given["shared_with_client"] and given["channel"] == "link"
    seen = await stranger.get(path)
    assert seen.status_code == 200 and "سري" not in seen.text
    told = seen.json()
    assert told["company"]["name"] == "عيادة الابتسامة" and told["staff"] == ["هند"]
    assert (told["what"], told["location"]) == ("استشارة", "١")
    assert (told["status"], told["can_confirm"], told["can_cancel"]) == ("scheduled", True, True)
    answer = (await stranger.post(f"{path}/confirm")).json()
    assert (answer["status"], answer["can_confirm"]) == ("confirmed", False)
    found = await owner.get(path_of(given))
    assert found["viewed_at"] and found["confirmed_by"] == f"share:{given['id']}"
    kinds = [one["type"].rpartition(".")[2] for one in await events(owner.caller)]
    assert kinds == ["scheduled", "shared", "viewed", "confirmed"]


async def test_a_client_calls_off_by_a_link(owner: Person, stranger: httpx.AsyncClient) -> None:
    """SC-06: and whom it took is free."""
    staff = str(await remember_user(owner))
    given, path = await shared(owner, staff_ids=[staff])
    answer = await stranger.post(f"{path}/cancel", json={"reason": "سفر"})
    assert (answer.status_code, answer.json()["can_cancel"]) == (200, False)
    found = await owner.get(path_of(given))
    assert (found["status"], found["cancel_reason"]) == ("cancelled", "سفر")
    again = await stranger.post(f"{path}/confirm")
    assert (again.status_code, again.json()["code"]) == (409, "appointment_not_open")
    await make_appointment(owner, staff_ids=[staff])


async def test_what_has_begun_is_not_called_off_by_its_link(
    owner: Person, stranger: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, path = await shared(owner)
    begun = datetime.fromisoformat(given["starts_at"])
    monkeypatch.setattr(owner.service.context.database, "clock", FrozenClock(begun))
    answer = await stranger.post(f"{path}/cancel")
    assert (answer.status_code, answer.json()["code"]) == (409, "appointment_not_open")
    assert not (await stranger.get(path)).json()["can_cancel"]


async def test_a_browser_is_shown_a_page(owner: Person, stranger: httpx.AsyncClient) -> None:
    """SC-06: on which nothing that somebody wrote is more than text."""
    given, path = await shared(owner, title="<b>x</b> & y")
    page = await stranger.get(path, headers=PAGE)
    assert page.headers["content-type"].startswith("text/html")
    assert "&lt;b&gt;x&lt;/b&gt; &amp; y" in page.text and 'dir="rtl"' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    english = await stranger.get(path, headers=PAGE, params={"lang": "en"})
    assert 'dir="ltr"' in english.text and "Confirm" in english.text
    form = {**PAGE, "Content-Type": "application/x-www-form-urlencoded"}
    for _ in range(2):
        done = await stranger.post(f"{path}/confirm?lang=en", headers=form, content="")
        assert (done.status_code, done.headers["location"]) == (303, f"{path}?lang=en")
    assert (await owner.get(path_of(given)))["status"] == "confirmed"
    nowhere = await stranger.get(f"{path}x", headers=PAGE)
    assert nowhere.status_code == 404 and "text/html" in nowhere.headers["content-type"]


async def test_a_link_leads_nowhere_once_it_is_over(
    owner: Person, stranger: httpx.AsyncClient
) -> None:
    """SC-06: taken back, given anew, or of an appointment that was removed."""
    given, path = await shared(owner)
    for wrong in (at(NINE - timedelta(days=9_999)), at(NINE + timedelta(days=400))):
        body = {"link_expires_at": wrong}
        assert await owner.wrong("POST", path_of(given, "share"), body) == (
            "expiry_not_possible", ["link_expires_at"]
        )  # fmt: skip
    anew = await owner.post(path_of(given, "share"))
    assert (await stranger.get(path)).json()["code"] == "link_not_found"
    path = "/v1/public/appointments/" + anew["share_url"].rpartition("/")[2]
    assert (await stranger.get(path)).status_code == 200
    await owner.delete(path_of(given, "link"))
    assert (await stranger.post(f"{path}/confirm")).status_code == 404
    assert (await owner.get(path_of(given)))["shared_with_client"] is False
    other, path = await shared(owner)
    await owner.delete(path_of(other))
    assert (await stranger.get(path)).status_code == 404


async def test_the_link_is_mailed_once_and_anew_when_it_moves(
    owner: Person, stranger: httpx.AsyncClient, comms: Comms
) -> None:
    """SC-01: in the client's language, as it is set and as it is moved."""
    await remember_tenant(owner, name="عيادة")
    client_id = await remember_client(
        owner, emails=[{"address": "sara@example.com", "primary": True}], language="ar"
    )
    made = await make_appointment(owner, client_id=str(client_id), shared_with_client=True)
    await mailed(owner)
    [(to, subject, body)] = comms.sent
    assert (to, subject) == (client_id, "موعدك مع عيادة") and "12:00 (Asia/Riyadh)" in body
    path = "/v1/public" + body.rpartition("/v1/public")[2].split()[0]
    assert (await stranger.get(path)).status_code == 200
    assert (await owner.get(path_of(made)))["message_id"]
    await owner.post(path_of(made, "reschedule"), {"starts_at": at(NINE + HOUR)})
    await mailed(owner)
    assert len(comms.sent) == 2 and "13:00" in comms.sent[1][2]
    assert (await stranger.get(path)).status_code == 404
    comms.refuses = True
    assert (await owner.post(path_of(made, "share")))["channel"] == "email"
    await mailed(owner)
    assert (await owner.get(path_of(made)))["mail_failure"] == "opted_out"


async def test_what_is_off_by_the_time_its_mail_goes_out_is_not_told(
    owner: Person, comms: Comms
) -> None:
    """SC-01"""
    client_id = await remember_client(owner, emails=_MAIL_OF_LAILA)
    made = await make_appointment(owner, client_id=str(client_id), shared_with_client=True)
    await owner.post(path_of(made, "cancel"), {})
    await mailed(owner)
    assert "https" not in "".join(body for _, _, body in comms.sent) and len(comms.sent) == 1


async def test_each_shared_one_of_a_series_is_told_anew(owner: Person, comms: Comms) -> None:
    """SC-01, SC-08: not only the one that is named."""
    client_id = await remember_client(owner, emails=_MAIL_OF_LAILA)
    made = await make_appointment(
        owner, client_id=str(client_id), shared_with_client=True, recurrence="FREQ=DAILY;COUNT=3"
    )
    page = await owner.get("/v1/appointments", series_id=made["series_id"])
    [second] = [one for one in page["items"] if one["starts_at"] == at(NINE + 24 * HOUR)]
    await owner.post(path_of(second, "share"), {"channel": "email"})
    await mailed(owner)
    comms.sent.clear()
    moved = {"starts_at": at(NINE + HOUR), "scope": "all"}
    await owner.post(path_of(made, "reschedule"), moved)
    await mailed(owner)
    told = "".join(body for _, _, body in comms.sent)
    assert len(comms.sent) == 2 and "2031-03-10 13:00" in told and "2031-03-11 13:00" in told


async def test_of_a_series_the_first_is_shared_as_it_is_set(owner: Person, comms: Comms) -> None:
    """SC-01"""
    client_id = await remember_client(
        owner, emails=[{"address": "sara@example.com", "primary": True}]
    )
    await make_appointment(
        owner, client_id=str(client_id), shared_with_client=True, recurrence="FREQ=DAILY;COUNT=3"
    )
    await mailed(owner)
    assert len(comms.sent) == 1


async def test_who_may_not_send_messages_gives_the_link_on(owner: Person) -> None:
    client_id = await remember_client(
        owner, emails=[{"address": "sara@example.com", "primary": True}]
    )
    made = await make_appointment(owner, client_id=str(client_id))
    async with owner.colleague("scheduling:read", "scheduling:write") as agent:
        assert (await agent.post(path_of(made, "share")))["channel"] == "link"
        refused = await agent.refused("POST", path_of(made, "share"), {"channel": "email"})
        assert refused == (403, "forbidden")
    await owner.post(path_of(made, "cancel"))
    refused = await owner.refused("POST", path_of(made, "share"))
    assert refused == (409, "appointment_not_open")


def invitations(comms: Comms) -> list[tuple[str, Any]]:
    """What was sent along for the client's calendar: how it is meant, and the appointment."""
    found = [Calendar.from_ical(one.content) for one in comms.files]
    for one, read in zip(comms.files, found, strict=True):
        assert one.media_type == f"text/calendar; charset=utf-8; method={read['method']}"
    return [(str(one["method"]), one.walk("VEVENT")[0]) for one in found]


async def test_a_mail_brings_an_invitation(owner: Person, comms: Comms) -> None:
    """SC-03, SC-06: which moves with the appointment, and is withdrawn when staff call it off."""
    await remember_tenant(owner, name="عيادة الابتسامة")
    client_id = str(await remember_client(owner, name="ليلى", emails=_MAIL_OF_LAILA))
    made = await make_appointment(
        owner, client_id=client_id, shared_with_client=True, title="استشارة", note="سري"
    )
    await mailed(owner)
    await owner.post(path_of(made, "reschedule"), {"starts_at": at(NINE + 2 * HOUR)})
    await mailed(owner)
    await owner.post(path_of(made, "cancel"), {"reason": "مغلق"})
    await mailed(owner)
    found = invitations(comms)
    assert [method for method, _ in found] == ["REQUEST", "REQUEST", "CANCEL"]
    asked, moved, off = (event for _, event in found)
    assert asked["uid"] == moved["uid"] == off["uid"] == f"{made['id']}@diwan"
    assert asked["sequence"] < moved["sequence"] < off["sequence"]
    assert (asked.start, moved.start) == (NINE, NINE + 2 * HOUR)
    assert off["status"] == "CANCELLED" and "/v1/public/appointments/" in moved["url"]
    assert asked["attendee"] == "mailto:laila@example.com"
    assert asked["organizer"].params["CN"] == "عيادة الابتسامة"
    assert all("سري" not in one.content.decode() for one in comms.files)
    assert "أُلغي موعدك" in comms.sent[-1][2] and len(comms.sent) == 3


async def test_who_calls_off_by_the_link_is_told_nothing(
    owner: Person, stranger: httpx.AsyncClient, comms: Comms
) -> None:
    """SC-06: nor is who never had a link; of a series each that is shared is told of."""
    client_id = str(await remember_client(owner, emails=_MAIL_OF_LAILA))
    _, path = await shared(owner, client_id=client_id)
    await stranger.post(f"{path}/cancel")
    unshared = await make_appointment(owner, client_id=client_id)
    await owner.post(path_of(unshared, "cancel"))
    await mailed(owner)
    assert comms.files == []
    first = await make_appointment(
        owner, client_id=client_id, recurrence="FREQ=DAILY;COUNT=3", starts_at=NINE + 9 * HOUR
    )
    await owner.post(path_of(first, "share"), {"channel": "link"})
    await owner.post(path_of(first, "cancel"), {"scope": "all"})
    await mailed(owner)
    assert [method for method, _ in invitations(comms)] == ["CANCEL"]


async def test_what_stands_again_is_not_called_off(owner: Person, comms: Comms) -> None:
    """SC-06: where staff take it back before the mail is on its way."""
    client_id = str(await remember_client(owner, emails=_MAIL_OF_LAILA))
    made, _ = await shared(owner, client_id=client_id)
    await owner.post(path_of(made, "cancel"))
    await owner.post(path_of(made, "reopen"))
    await mailed(owner)
    assert comms.sent == []
