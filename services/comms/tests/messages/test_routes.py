"""Messages through the HTTP door, and on to a mail server."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.ids import new_id
from chassis.testing.harness import Harness
from services.comms.tests.conftest import Events, RunJobs
from services.comms.tests.factories import (
    TENANT_NAME,
    FakeClients,
    make_client,
    make_client_ref,
    make_tenant,
    make_user,
)
from services.comms.tests.sinks import Sink

TEXT = {"channel": "email", "subject": "موعدك غدًا", "body": "مرحبًا سارة،\n\nنراك غدًا & <شكرًا>."}


async def test_a_message_to_a_client_is_queued_sent_and_told(
    comms: Harness, clients: FakeClients, sink: Sink, run_jobs: RunJobs, events: Events
) -> None:
    """CO-02, CO-14"""
    me = comms.caller(await make_tenant(comms))
    sara = make_client()
    clients.known[sara.id] = sara
    async with comms.http(me) as http:
        answer = await http.post("/v1/messages", json={"client_id": str(sara.id), **TEXT})
        queued = answer.json()
        assert answer.status_code == 201 and answer.headers["Location"].endswith(queued["id"])
        assert queued["status"] == "queued" and queued["to"] == "sara@example.sa"
        assert queued["url"] == f"/v1/clients/{sara.id}" == f"/v1/clients/{queued['client_id']}"
        assert await run_jobs() == 1
        sent = (await http.get(f"/v1/messages/{queued['id']}")).json()
    assert sent["status"] == "sent" and sent["attempts"] == 1 and sent["failure"] is None
    [mail] = sink.mails
    assert str(mail["Subject"]) == TEXT["subject"] and "sara@example.sa" in mail["To"]
    assert mail["From"].addresses[0].display_name == TENANT_NAME
    assert mail["Message-ID"] == f"<{queued['id']}@diwan.example>"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain and plain.get_content().strip().splitlines() == TEXT["body"].splitlines()
    assert html and '<p dir="auto">نراك غدًا &amp; &lt;شكرًا&gt;.</p>' in html.get_content()
    told = [e for e in await events() if e["type"].startswith("comms.message.")]
    assert [e["type"] for e in told] == ["comms.message.queued", "comms.message.sent"]
    assert {e["clientid"] for e in told} == {str(sara.id)}
    assert {e["actor"] for e in told} == {me.principal}
    assert told[1]["data"]["status"] == "sent" and told[1]["data"]["subject"] == TEXT["subject"]


async def test_to_whom_a_message_may_go(comms: Harness, clients: FakeClients) -> None:
    """CO-02"""
    noura = make_user(email="noura@example.sa")
    gone = make_user(is_active=False)
    me = comms.caller(await make_tenant(comms, noura, gone))
    mute = make_client(email="")
    clients.known[mute.id] = mute
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({"to": "someone@example.com"}, 201, "someone@example.com"),
        ({"to": "info@مثال.com"}, 201, "info@xn--mgbh0fb.com"),
        ({"user_id": noura["id"]}, 201, "noura@example.sa"),
        ({"to": "not an address"}, 422, "not_an_address"),
        ({"client_id": str(mute.id)}, 422, "no_address"),
        ({"client_id": str(new_id())}, 422, "unknown_reference"),
        ({"user_id": gone["id"]}, 422, "unknown_reference"),
        ({"user_id": str(new_id())}, 422, "unknown_reference"),
        ({}, 422, "one_recipient"),
        ({"to": "a@example.com", "client_id": str(mute.id)}, 422, "one_recipient"),
        ({"to": "a@example.com", "channel": "sms"}, 422, "channel_not_available"),
        ({"to": "a@example.com", "body": ""}, 422, "one_text"),
        ({"to": "a@example.com", "surprise": 1}, 422, "validation_failed"),
    ]
    async with comms.http(me) as http:
        for given, status, expected in cases:
            answer = await http.post("/v1/messages", json={**TEXT, **given})
            found = answer.json()
            assert (answer.status_code, found.get("to", found.get("code"))) == (status, expected)


async def test_attachments_go_along_and_are_limited(
    comms: Harness, sink: Sink, run_jobs: RunJobs
) -> None:
    """CO-02"""
    me = comms.caller(await make_tenant(comms))
    file = {"filename": "عرض السعر.pdf", "content_type": "application/pdf",
            "content": base64.b64encode(b"%PDF-1.7").decode()}  # fmt: skip
    huge = file | {"content": base64.b64encode(bytes(3_000_001)).decode()}
    body = {"to": "sara@example.sa", **TEXT, "attachments": [file]}
    async with comms.http(me) as http:
        made = (await http.post("/v1/messages", json=body)).json()
        refused = await http.post("/v1/messages", json=body | {"attachments": [huge, huge]})
        evil = await http.post("/v1/messages", json=body | {
            "attachments": [file | {"filename": "../etc/passwd"}]})  # fmt: skip
        for kind in ("message/delivery-status", "Multipart/mixed"):
            parts = file | {"content_type": kind}
            taken = await http.post("/v1/messages", json=body | {"attachments": [parts]})
            assert (taken.status_code, taken.json()["code"]) == (422, "validation_failed")
    assert (refused.status_code, refused.json()["code"]) == (413, "attachments_too_large")
    assert evil.status_code == 422
    assert made["attachments"] == [
        {"filename": "عرض السعر.pdf", "content_type": "application/pdf", "size": 8}
    ]
    await run_jobs()
    [part] = sink.mails[0].iter_attachments()
    assert part.get_filename() == "عرض السعر.pdf" and part.get_content() == b"%PDF-1.7"


async def test_the_same_id_makes_one_message(comms: Harness, run_jobs: RunJobs) -> None:
    me = comms.caller(await make_tenant(comms))
    body = {"id": str(new_id()), "to": "sara@example.sa", **TEXT}
    async with comms.http(me) as http:
        answers = [await http.post("/v1/messages", json=body) for _ in range(2)]
        other = await http.post("/v1/messages", json=body | {"body": "something else"})
    assert [a.status_code for a in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    assert (other.status_code, other.json()["code"]) == (409, "id_taken")
    assert await run_jobs() == 1


async def test_a_scheduled_message_waits_and_can_be_cancelled(
    comms: Harness, sink: Sink, run_jobs: RunJobs, events: Events
) -> None:
    me = comms.caller(await make_tenant(comms))
    later = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    body = {"to": "sara@example.sa", **TEXT, "scheduled_at": later}
    async with comms.http(me) as http:
        first, second = [(await http.post("/v1/messages", json=body)).json() for _ in range(2)]
        assert await run_jobs(7_000) == 0
        cancelled = await http.post(f"/v1/messages/{first['id']}/cancel")
        assert cancelled.json()["status"] == "cancelled"
        assert await run_jobs(7_300) == 2
        late = await http.post(f"/v1/messages/{second['id']}/cancel")
        assert (late.status_code, late.json()["code"]) == (409, "message_not_cancellable")
    assert len(sink.mails) == 1
    assert [e["type"] for e in await events()][-2:] == [
        "comms.message.cancelled", "comms.message.sent",
    ]  # fmt: skip


async def test_lists_are_filtered(comms: Harness, clients: FakeClients, run_jobs: RunJobs) -> None:
    me = comms.caller(await make_tenant(comms))
    sara = make_client()
    clients.known[sara.id] = sara
    async with comms.http(me) as http:
        for whom in ({"client_id": str(sara.id)}, {"to": "x@example.com"}):
            await http.post("/v1/messages", json={**TEXT, **whom})
        await run_jobs()
        await http.post("/v1/messages", json={**TEXT, "to": "y@example.com"})

        async def to(query: str) -> list[str]:
            answer = await http.get(f"/v1/messages?sort=created_at&{query}")
            assert answer.status_code == 200, answer.text
            return [item["to"] for item in answer.json()["items"]]

        everybody = ["sara@example.sa", "x@example.com", "y@example.com"]
        assert await to("direction=outbound&channel=email&channel=sms") == everybody
        assert await to(f"client_id={sara.id}") == everybody[:1]
        assert await to("client_id=none") == everybody[1:]
        assert await to(f"client_id=none&client_id={sara.id}") == everybody
        assert await to("status=queued") == everybody[2:]
        assert await to("created_from=2100-01-01T00:00:00Z") == []
        assert await to("created_to=2100-01-01T00:00:00Z") == everybody
        page = (await http.get("/v1/messages?limit=1&count=true")).json()
        assert page["total"] == 3 and page["items"][0]["to"] == "y@example.com"
        one = (await http.get(f"/v1/messages/{page['items'][0]['id']}")).json()
        assert one == page["items"][0]
        unknown = await http.get("/v1/messages?colour=red")
    assert unknown.status_code == 422


async def test_who_sees_which_messages(comms: Harness, clients: FakeClients) -> None:
    """GW-02, GW-03"""
    tenant_id = await make_tenant(comms)
    owner = comms.caller(tenant_id)
    agent = comms.caller(tenant_id, is_owner=False, visibility="assigned")
    foreign = comms.caller(await make_tenant(comms))
    mine, other = make_client(), make_client(email="other@example.sa")
    clients.known |= {mine.id: mine, other.id: other}
    staff = [{"user_id": str(agent.user_id), "role": "owner"}]
    await make_client_ref(comms.context, tenant_id, mine.id, staff=staff)
    await make_client_ref(comms.context, tenant_id, other.id)
    made = {}
    async with comms.http(owner) as http:
        whom = {"mine": {"client_id": str(mine.id)}, "other": {"client_id": str(other.id)},
                "address": {"to": "x@example.com"}}  # fmt: skip
        for name, recipient in whom.items():
            made[name] = (await http.post("/v1/messages", json={**TEXT, **recipient})).json()["id"]
    async with comms.http(agent) as http:
        own = await http.post("/v1/messages", json={**TEXT, "to": "own@example.com"})
        made["own"] = own.json()["id"]
        seen = {item["id"] for item in (await http.get("/v1/messages")).json()["items"]}
        assert seen == {made["mine"], made["own"]}
        for name, message_id in made.items():
            found = await http.get(f"/v1/messages/{message_id}")
            assert found.status_code == (200 if name in ("mine", "own") else 404)
            changed = await http.post(f"/v1/messages/{message_id}/retry")
            assert changed.status_code == (409 if name in ("mine", "own") else 404)
    async with comms.http(foreign) as http:
        assert (await http.get("/v1/messages")).json()["items"] == []
        assert (await http.get(f"/v1/messages/{made['mine']}")).status_code == 404


@pytest.mark.parametrize(
    ("permissions", "read", "write"), [((), 403, 403), (("comms:read",), 200, 403)]
)
async def test_permissions(
    comms: Harness, permissions: tuple[str, ...], read: int, write: int
) -> None:
    """GW-01"""
    tenant_id = await make_tenant(comms)
    me = comms.caller(tenant_id, is_owner=False, permissions=frozenset(permissions))
    async with comms.http(me) as http:
        assert (await http.get("/v1/messages")).status_code == read
        answer = await http.post("/v1/messages", json={**TEXT, "to": "x@example.com"})
        assert answer.status_code == write
    async with comms.http() as http:
        assert (await http.get("/v1/messages")).status_code == 401
