"""Public forms: strangers fill them in, and leads come of it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from chassis import throttle
from chassis.testing.harness import Harness
from clients.forms import rules
from services.clients.tests.conftest import Events
from services.clients.tests.factories import Json, Person

FIELDS = [
    {"name": "full_name", "path": "name", "label": {"ar": "الاسم", "en": "Name"}},
    {"name": "mobile", "path": "phones.number", "label": "الجوال"},
    {"name": "mail", "path": "emails.address", "label": "Mail", "required": True},
]
ANSWER = {"full_name": "سارة", "mobile": "٠٥٠١٢٣٤٥٦٧", "mail": "s@example.com"}


@pytest.fixture
async def stranger(service: Harness) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody on a web page, at an address of their own."""
    async with service.http(**{"X-Forwarded-For": f"192.0.2.1, {uuid4()}"}) as http:
        yield http


async def make_form(owner: Person, **fields: Any) -> Json:
    name = f"نموذج {uuid4().hex[:6]}"
    return await owner.post("/v1/forms", {"name": name, "fields": FIELDS, **fields})


async def submissions(owner: Person, form: Json) -> list[Json]:
    items: list[Json] = (await owner.get(f"/v1/forms/{form['id']}/submissions"))["items"]
    return items


async def test_a_stranger_becomes_a_lead(
    owner: Person, stranger: httpx.AsyncClient, events: Events
) -> None:
    """CL-26, CL-32: mapped, in the form's folder, with its tags; the answer kept as it came."""
    folder = await owner.folder("Active")
    form = await make_form(owner, folder_id=folder["id"], tags=["VIP"], title="احجز")
    page = (await stranger.get(form["url"])).json()
    assert [one["name"] for one in page["fields"]] == ["full_name", "mobile", "mail"]
    assert [(one["type"], one["required"]) for one in page["fields"]] == [
        ("text", True), ("tel", False), ("email", True),
    ]  # fmt: skip
    answer = await stranger.post(form["url"], json={**ANSWER, "utm": "x"})
    assert (answer.status_code, answer.json()) == (201, {"received": True})
    [client] = (await owner.get("/v1/clients"))["items"]
    assert (client["name"], client["kind"], client["tags"]) == ("سارة", "lead", ["VIP"])
    assert (client["folder_id"], client["source"]) == (folder["id"], f"form:{form['name']}")
    assert client["phones"][0]["e164"] == "+966501234567"
    [sent] = await submissions(owner, form)
    assert (sent["outcome"], sent["client_id"]) == ("created", client["id"])
    assert sent["answers"] == {**ANSWER, "utm": "x"}
    told = [e for e in await events(owner.caller) if e["type"] == "clients.client.created"]
    assert [(e["actor"], e["data"]["client"]["source"]) for e in told] == [
        (f"form:{form['id']}", client["source"])
    ]


async def test_who_is_there_already_is_matched_as_decided(
    owner: Person, stranger: httpx.AsyncClient
) -> None:
    """CL-26: a new lead beside the known one, or a note on that one; never a change of it."""
    known = await owner.make_client("قديم", phones=[{"number": "+966501234567"}])
    beside = await make_form(owner)
    attaching = await make_form(owner, on_match="attach")
    await stranger.post(beside["url"], json={**ANSWER, "mobile": "0501234567"})
    [sent] = await submissions(owner, beside)
    assert (sent["outcome"], sent["matched_ids"]) == ("created", [known["id"]])
    await stranger.post(attaching["url"], json=ANSWER)
    [sent] = await submissions(owner, attaching)
    assert (sent["outcome"], sent["client_id"]) == ("attached", known["id"])
    assert (await owner.get(known["url"]))["version"] == 1
    [note] = (await owner.get("/v1/notes", client_id=known["id"]))["items"]
    assert "s@example.com" in note["body"] and note["author"] == f"form:{attaching['id']}"


async def test_a_bad_answer_is_refused_by_the_forms_own_names(
    owner: Person, stranger: httpx.AsyncClient
) -> None:
    """CL-26: with the very checks of the API, in the reader's language."""
    form = await make_form(owner)
    for body, field, code in (
        ({**ANSWER, "mail": "x"}, "mail", "invalid"), ({"mail": "a@b.co"}, "full_name", "required"),
        ({**ANSWER, "mobile": "1"}, "mobile", "invalid"), ({"full_name": "س"}, "mail", "required"),
    ):  # fmt: skip
        answer = await stranger.post(form["url"], json=body, headers={"Accept-Language": "ar"})
        assert answer.status_code == 422, answer.text
        [error] = answer.json()["errors"]
        assert (error["field"], error["code"]) == (field, code)
        assert "This" not in error["message"]
    large = await stranger.post(form["url"], json={**ANSWER, "x": "y" * rules.MOST_BYTES})
    assert large.status_code == 413
    many = {f"f{n}": "x" for n in range(rules.MOST_FIELDS + 1)}
    assert (await stranger.post(form["url"], json=many)).status_code == 422
    assert await submissions(owner, form) == []


async def test_machines_are_told_nothing_and_make_no_leads(
    owner: Person, stranger: httpx.AsyncClient
) -> None:
    """CL-26: the hidden field."""
    form = await make_form(owner)
    honeypot = (await stranger.get(form["url"])).json()["honeypot"]
    answer = await stranger.post(form["url"], json={**ANSWER, honeypot: "http://spam"})
    assert (answer.status_code, answer.json()) == (201, {"received": True})
    assert await owner.found() == []
    assert [one["outcome"] for one in await submissions(owner, form)] == ["spam"]


async def test_nobody_fills_in_a_form_in_no_time(
    owner: Person, stranger: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CL-26: the page's token tells when it was opened, and cannot be made up."""
    form, other = [await make_form(owner, min_seconds=3) for _ in range(2)]
    token = (await stranger.get(form["url"])).json()["token"]
    foreign = (await stranger.get(other["url"])).json()["token"]
    database = owner.service.context.database
    now = database.clock
    for given, after, status in (
        (token, 0, 422), (None, 9, 422), ("x", 9, 422), (foreign, 9, 422),
        (token, rules.TOKEN_SECONDS + 9, 422), (token, 9, 201),
    ):  # fmt: skip
        wait = timedelta(seconds=after)
        monkeypatch.setattr(database, "clock", lambda wait=wait: now() + wait)
        answer = await stranger.post(form["url"], json={**ANSWER, "token": given})
        assert answer.status_code == status, answer.text
    assert await owner.found() == ["سارة"]


async def test_too_many_answers_are_held_up_and_redis_may_be_away(
    owner: Person, stranger: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CL-26: per form and address; without Redis all are taken."""
    form = await make_form(owner)
    monkeypatch.setattr(rules, "PER_ADDRESS", 2)
    answers = [await stranger.post(form["url"], json=ANSWER) for _ in range(3)]
    assert [one.status_code for one in answers] == [201, 201, 429]
    assert answers[2].headers["Retry-After"] == "60"
    elsewhere = {"X-Forwarded-For": "198.51.100.7"}
    assert (await stranger.post(form["url"], json=ANSWER, headers=elsewhere)).status_code == 201

    async def away(*_: Any) -> list[int]:
        raise ConnectionError

    monkeypatch.setattr(throttle, "_count", away)
    assert (await stranger.post(form["url"], json=ANSWER)).status_code == 201


async def test_a_form_that_is_off_or_unknown_is_not_there(
    owner: Person, stranger: httpx.AsyncClient
) -> None:
    """CL-26"""
    form = await make_form(owner)
    await owner.patch(f"/v1/forms/{form['id']}", {"enabled": False})
    for url in (form["url"], "/v1/public/forms/nothing", "/v1/public/forms/" + "x" * 300):
        for answer in (await stranger.get(url), await stranger.post(url, json=ANSWER)):
            assert answer.status_code in (404, 422), answer.text
    assert (await owner.http.delete(f"/v1/forms/{form['id']}")).status_code == 204


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ([{"name": "a", "path": "tags", "label": "x"}], "fields.0.path"),
        ([{"name": "a", "path": "national_id", "label": "x"}], "fields.0.path"),
        ([{"name": "a", "path": "custom_fields.secret", "label": "x"}], "fields.0.path"),
        ([{"name": "a", "path": "phones.number", "label": "x"}], "fields"),
        (FIELDS + FIELDS[:1], "fields.3.name"),
        ([{"name": "token", "path": "name", "label": "x"}], "fields.0.name"),
        ([{"name": "١", "path": "name", "label": "x"}], "fields.0.name"),
    ],
)  # fmt: skip
async def test_a_form_asks_only_for_what_strangers_may_say(
    owner: Person, fields: list[Json], place: str
) -> None:
    """CL-26: not where a client stands, not what is sealed."""
    await owner.post("/v1/custom-fields", {
        "key": "secret", "label": "سر", "type": "text", "sensitive": True,
    })  # fmt: skip
    answer = await owner.http.post("/v1/forms", json={"name": "x", "fields": fields})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == place


async def test_answers_are_as_private_as_their_clients(
    owner: Person, stranger: httpx.AsyncClient
) -> None:
    """CL-26, GW-02, GW-04: forms of hidden folders too, and none into folders one may not write."""
    folder = await owner.folder("Active")
    form = await make_form(owner, folder_id=folder["id"])
    await stranger.post(form["url"], json=ANSWER)
    manages = frozenset({"clients:read", "clients:write", "clients:manage"})
    async with (
        owner.colleague(permissions=manages, visibility="assigned") as agent,
        owner.colleague() as reader,
    ):
        path = f"/v1/forms/{form['id']}"
        assert (await agent.get(f"{path}/submissions"))["items"] == []
        body = {"name": "x", "fields": FIELDS, "folder_id": folder["id"]}
        assert await agent.refused("POST", "/v1/forms", body) == (403, "folder_not_writable")
        assert (await reader.refused("GET", f"{path}/submissions"))[0] in (403, 404)
        hidden = [{"principal": reader.caller.principal, "level": "none"}]
        await owner.http.put(f"/v1/folders/{folder['id']}/access", json=hidden)
        assert await reader.refused("GET", path) == (404, "form_not_found")
        assert (await reader.get("/v1/forms"))["items"] == []
