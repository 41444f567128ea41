"""Templates: kept, filled in, refused."""

from typing import Any

from chassis.ids import new_id
from chassis.testing.harness import Harness
from services.comms.tests.conftest import Events, RunJobs
from services.comms.tests.factories import (
    TENANT_NAME,
    FakeClients,
    make_client,
    make_tenant,
    make_user,
)
from services.comms.tests.sinks import Sink

WELCOME = {
    "name": "Welcome", "language": "ar", "subject": "أهلًا {{ client.name }}",
    "body": "مرحبًا {{ client.name }} في {{ tenant.name }} ({{ event.kind }}). {{ user.name }}",
}  # fmt: skip


async def test_a_template_is_kept_changed_and_removed(comms: Harness, events: Events) -> None:
    """CO-20"""
    me = comms.caller(await make_tenant(comms))
    async with comms.http(me) as http:
        made = await http.post("/v1/templates", json=WELCOME)
        assert made.status_code == 201 and made.headers["ETag"] == '"1"'
        path = f"/v1/templates/{made.json()['id']}"
        tag = {"If-Match": '"1"'}
        changed = await http.patch(path, json={"name": "أهلًا"}, headers=tag)
        assert changed.status_code == 200 and changed.json()["version"] == 2
        assert changed.json()["body"] == WELCOME["body"]
        assert (await http.patch(path, json={"name": "x"}, headers=tag)).status_code == 412
        assert (await http.patch(path, json={"name": None})).status_code == 422
        assert (await http.get(path)).json() == changed.json()
        assert (await http.delete(path)).status_code == 204
        gone = await http.get(path)
        assert (gone.status_code, gone.json()["code"]) == (404, "unknown_template")
    kinds = [e["type"] for e in await events()]
    assert kinds == [f"comms.template.{verb}" for verb in ("created", "updated", "deleted")]


async def test_the_same_id_makes_one_template(comms: Harness, events: Events) -> None:
    me = comms.caller(await make_tenant(comms))
    body = WELCOME | {"id": str(new_id())}
    async with comms.http(me) as http:
        answers = [(await http.post("/v1/templates", json=body)).status_code for _ in range(2)]
        other = await http.post("/v1/templates", json=body | {"name": "Other"})
    assert answers == [201, 200]
    assert (other.status_code, other.json()["code"]) == (409, "id_taken")
    assert len(await events()) == 1


async def test_what_is_no_template_is_refused_by_its_field(comms: Harness) -> None:
    """CO-20"""
    me = comms.caller(await make_tenant(comms))
    async with comms.http(me, **{"Accept-Language": "ar"}) as http:
        kept = (await http.post("/v1/templates", json=WELCOME)).json()
        for field in ("subject", "body"):
            broken = {field: "{% if client.name %}"}
            for answer in (
                await http.post("/v1/templates", json=WELCOME | broken),
                await http.patch(f"/v1/templates/{kept['id']}", json=broken),
            ):
                found = answer.json()
                assert (answer.status_code, found["code"]) == (422, "invalid_template")
                assert [error["field"] for error in found["errors"]] == [field]
                assert found["detail"].startswith("النص ليس قالبًا صحيحًا")
        bomb = {"body": "{% for a in (1..9999999) %}x{% endfor %}"}
        made = (await http.post("/v1/templates", json=WELCOME | bomb)).json()
        blown = await http.post(f"/v1/templates/{made['id']}/preview", json={})
        assert (blown.status_code, blown.json()["code"]) == (422, "text_too_large")


async def test_a_preview_sends_nothing(
    comms: Harness, clients: FakeClients, events: Events
) -> None:
    """CO-20"""
    noura = make_user()
    me = comms.caller(await make_tenant(comms, noura), user_id=noura["id"])
    sara = make_client()
    clients.known[sara.id] = sara
    asked: dict[str, Any] = {"client_id": str(sara.id), "variables": {"event": {"kind": "<b>"}}}
    async with comms.http(me) as http:
        template = (await http.post("/v1/templates", json=WELCOME)).json()
        path = f"/v1/templates/{template['id']}/preview"
        shown = (await http.post(path, json=asked)).json()
        unknown = await http.post(path, json={"client_id": str(new_id())})
    assert shown["subject"] == "أهلًا سارة"
    assert shown["body"] == f"مرحبًا سارة في {TENANT_NAME} (<b>). نورة"
    assert "(&lt;b&gt;)" in shown["html"] and "<b>" not in shown["html"]
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_reference")
    assert [e["type"] for e in await events()] == ["comms.template.created"]


async def test_a_message_is_written_with_a_template(
    comms: Harness, clients: FakeClients, sink: Sink, run_jobs: RunJobs
) -> None:
    """CO-20"""
    me = comms.caller(await make_tenant(comms))
    sara = make_client()
    clients.known[sara.id] = sara
    async with comms.http(me) as http:
        template = (await http.post("/v1/templates", json=WELCOME)).json()
        variables = {"event": {"kind": "ترحيب"}, "client": {"name": "somebody else"}}
        body = {"client_id": str(sara.id), "channel": "email", "template_id": template["id"],
                "variables": variables}  # fmt: skip
        made = (await http.post("/v1/messages", json=body)).json()
        unknown = await http.post("/v1/messages", json=body | {"template_id": str(new_id())})
        both = await http.post("/v1/messages", json=body | {"body": "text"})
    assert made["template_id"] == template["id"] and made["subject"] == "أهلًا سارة"
    assert made["body"] == f"مرحبًا سارة في {TENANT_NAME} (ترحيب). "
    assert (unknown.status_code, unknown.json()["code"]) == (422, "unknown_reference")
    assert both.json()["code"] == "one_text"
    await run_jobs()
    assert str(sink.mails[0]["Subject"]) == "أهلًا سارة"


async def test_templates_are_listed_by_name(comms: Harness) -> None:
    tenant_id = await make_tenant(comms)
    async with comms.http(comms.caller(tenant_id)) as http:
        for name, language in (("ب", "ar"), ("A", "en"), ("أ", None)):
            await http.post("/v1/templates", json={"name": name, "language": language})

        async def names(query: str) -> list[str]:
            found = (await http.get(f"/v1/templates?{query}")).json()
            return [item["name"] for item in found["items"]]

        assert await names("sort=-name") == ["ب", "أ", "A"]
        assert await names("language=ar") == ["ب"]
        assert await names("language=ar&language=none") == ["أ", "ب"]
    async with comms.http(comms.caller()) as http:
        assert await names("") == []
