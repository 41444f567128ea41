"""Custom fields over HTTP: definitions, values on clients, filters, and races."""

import asyncio
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest

from clients.custom_fields.schedules import refresh_field_texts
from services.clients.tests.conftest import Events
from services.clients.tests.factories import Json, Person

FIELDS = "/v1/custom-fields"
SKIN = [{"key": "dry", "label": {"ar": "جافة", "en": "Dry"}}, "oily"]
EVERY: list[tuple[str, Any, Any]] = [
    ("text", "نص", "نص"), ("long_text", "سطر\nسطر", "سطر\nسطر"), ("number", "12.50", "12.5"),
    ("money", "99.90", "99.90"), ("date", "2026-05-17", "2026-05-17"),
    ("datetime", "2026-05-17T12:00:00+03:00", "2026-05-17T09:00:00Z"),
    ("follow_up_time", "2026-06-01T08:00:00Z", "2026-06-01T08:00:00Z"), ("boolean", True, True),
    ("choice", "dry", "dry"), ("multi_choice", ["oily", "dry"], ["oily", "dry"]),
    ("url", "https://example.com/a", "https://example.com/a"),
    ("phone", "0501234567", "+966501234567"), ("email", "A@Example.com", "a@example.com"),
]  # fmt: skip


async def make_field(owner: Person, key: str, kind: str = "text", **more: Any) -> Json:
    options = {"options": SKIN} if kind in ("choice", "multi_choice") else {}
    return await owner.post(FIELDS, {"key": key, "label": key, "type": kind, **options, **more})


async def refused_field(owner: Person, body: Json) -> list[tuple[str, str]]:
    response = await owner.http.post("/v1/clients", json={"name": "x", "custom_fields": body})
    assert response.status_code == 422, response.text
    return sorted((error["field"], error["code"]) for error in response.json()["errors"])


async def test_a_field_is_made_listed_changed_and_removed(owner: Person, events: Events) -> None:
    """CL-45, CL-52, CL-54: no schema change per field; options are archived, not deleted."""
    active = await owner.folder("Active")
    made = await make_field(
        owner, "skin", "choice", label={"ar": "البشرة", "en": "Skin"}, group="عيادة",
        folder_ids=[active["id"]], default="oily", searchable=True, order=2,
    )  # fmt: skip
    assert [option["key"] for option in made["options"]] == ["dry", "oily"]
    assert made["options"][1]["label"] == {"ar": None, "en": "oily"}
    assert (made["unique"], made["archived"], made["currency"]) == (False, False, None)
    plain = await make_field(owner, "note", order=1)
    listed = (await owner.get(FIELDS))["items"]
    assert [field["key"] for field in listed] == ["note", "skin"]
    assert listed[1] | {"label": None, "options": None} == made | {"label": None, "options": None}
    leads = await owner.folder("Leads")
    for wanted, keys in (
        ({"folder_id": leads["id"]}, ["note"]), ({"folder_id": active["id"]}, ["note", "skin"]),
        ({"type": "choice"}, ["skin"]), ({"group": "عيادة"}, ["skin"]), ({"key": "note"}, ["note"]),
    ):  # fmt: skip
        assert [f["key"] for f in (await owner.get(FIELDS, **wanted))["items"]] == keys
    path = f"{FIELDS}/{made['id']}"
    changed = await owner.patch(path, {"options": ["oily", "mixed"], "label": "Skin type"})
    assert [(o["key"], o["archived"]) for o in changed["options"]] == [
        ("oily", False), ("mixed", False), ("dry", True),
    ]  # fmt: skip
    assert changed["version"] == 2
    assert (await owner.http.delete(f"{FIELDS}/{plain['id']}")).status_code == 204
    assert (await owner.http.get(f"{FIELDS}/{plain['id']}")).status_code == 404
    told = [e["type"].split(".")[-1] for e in await events(owner.caller)
            if e["type"].startswith("clients.custom_field.")]  # fmt: skip
    assert told == ["created", "created", "updated", "deleted"]


async def test_a_field_with_values_is_archived_when_removed(owner: Person) -> None:
    """CL-45: nothing that clients have is lost."""
    made = await make_field(owner, "note")
    client = await owner.make_client(custom_fields={"note": "kept"})
    assert (await owner.http.delete(f"{FIELDS}/{made['id']}")).status_code == 204
    assert (await owner.get(f"{FIELDS}/{made['id']}"))["archived"] is True
    assert [f["key"] for f in (await owner.get(FIELDS, archived=True))["items"]] == ["note"]
    assert (await owner.get(client["url"]))["custom_fields"] == {"note": "kept"}
    assert await refused_field(owner, {"note": "x"}) == [("custom_fields.note", "field_archived")]
    assert await owner.refused("POST", FIELDS, {"key": "note", "label": "x", "type": "text"}) == (
        409, "key_taken",
    )  # fmt: skip
    await owner.patch(f"{FIELDS}/{made['id']}", {"archived": False})
    await owner.make_client(custom_fields={"note": "again"})


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"key": "Bad Key"}, "key"), ({"type": "nothing"}, "type"), ({"label": " "}, "label.en"),
        ({"type": "choice"}, "options"), ({"options": ["a"]}, "options"),
        ({"type": "choice", "options": ["a", "a"]}, "options.1.key"),
        ({"type": "choice", "options": ["a"], "default": "b"}, "default"),
        ({"type": "number", "default": 5}, "default"), ({"currency": "XYZ"}, "currency"),
        ({"type": "boolean", "unique": True}, "unique"),
        ({"type": "boolean", "searchable": True}, "searchable"),
        ({"unique": True, "default": "x"}, "default"),
        ({"sensitive": True, "searchable": True}, "searchable"),
        ({"sensitive": True, "default": "x"}, "default"),
        ({"type": "id_number", "default": "1058529940"}, "default"),
        ({"format": "sa_iqama"}, "format"), ({"type": "id_number", "format": "x"}, "format"),
        ({"type": "choice", "options": ["a"], "sensitive": True}, "sensitive"),
        ({"folder_ids": [str(uuid4())]}, "folder_ids.0"), ({"colour": "x"}, "colour"),
    ],
)  # fmt: skip
async def test_a_refused_definition_names_its_field(owner: Person, body: Json, field: str) -> None:
    """CL-45"""
    response = await owner.http.post(FIELDS, json={"key": "k", "label": "K", "type": "text"} | body)
    assert response.status_code == 422, response.text
    assert response.json()["errors"][0]["field"] == field


async def test_only_who_manages_defines_fields(owner: Person) -> None:
    made = await make_field(owner, "note")
    body = {"key": "other", "label": "x", "type": "text"}
    async with owner.colleague() as agent:
        assert (await agent.get(FIELDS))["items"][0]["key"] == "note"
        path = f"{FIELDS}/{made['id']}"
        for method, target, sent in (
            ("POST", FIELDS, body), ("PATCH", path, {"order": 1}), ("DELETE", path, None),
        ):  # fmt: skip
            assert (await agent.refused(method, target, sent))[0] == 403
    async with owner.service.http(owner.service.caller()) as stranger:
        assert (await stranger.get(f"{FIELDS}/{made['id']}")).status_code == 404


async def test_every_type_is_kept_and_shown_everywhere(owner: Person, events: Events) -> None:
    """CL-28, CL-45, CL-46, CL-47, CL-51, CL-52, CL-53"""
    for kind, _, _ in EVERY:
        await make_field(owner, f"f_{kind}", kind)
    given = {f"f_{kind}": typed for kind, typed, _ in EVERY}
    kept = {f"f_{kind}": value for kind, _, value in EVERY}
    made = await owner.make_client(custom_fields=given)
    assert made["custom_fields"] == kept
    assert (await owner.get(made["url"]))["custom_fields"] == kept
    assert (await owner.get("/v1/clients"))["items"][0]["custom_fields"] == kept
    told = (await events(owner.caller))[-1]
    assert told["data"]["client"]["custom_fields"] == kept
    changed = await owner.patch(
        made["url"], {"custom_fields": {"f_text": "جديد", "f_url": None, "f_number": "12.5"}}
    )
    assert changed["custom_fields"] == {
        k: v for k, v in (kept | {"f_text": "جديد"}).items() if k != "f_url"
    }
    last = (await events(owner.caller))[-1]
    assert last["data"]["changed"] == ["custom_fields.f_text", "custom_fields.f_url"]
    assert (await owner.patch(made["url"], {"custom_fields": None}))["custom_fields"] == {}


async def test_values_are_checked_against_the_folder(owner: Person) -> None:
    """CL-28, CL-54: required and defaults at create, by the folder the client is put in."""
    active = await owner.folder("Active")
    await make_field(owner, "goal", required=True, folder_ids=[active["id"]])
    await make_field(owner, "level", "choice", default="dry")
    assert (await owner.make_client())["custom_fields"] == {"level": "dry"}
    assert await refused_field(owner, {"goal": "x", "nope": "y"}) == [
        ("custom_fields.goal", "field_not_in_folder"), ("custom_fields.nope", "unknown_field"),
    ]  # fmt: skip
    body = {"name": "x", "folder_id": active["id"]}
    response = await owner.http.post("/v1/clients", json=body, headers={"Accept-Language": "ar"})
    error = response.json()["errors"][0]
    assert (error["field"], error["code"]) == ("custom_fields.goal", "required")
    assert "هذا الحقل" in error["message"]
    there = await owner.make_client(folder_id=active["id"], custom_fields={"goal": "x"})
    refused = {"custom_fields": {"goal": None}}
    assert (await owner.refused("PATCH", there["url"], refused))[0] == 422


async def test_lists_are_narrowed_by_custom_fields(owner: Person) -> None:
    """CL-07, CL-45: OR within a field, AND between them, none, and ranges without their end."""
    for key, kind in (("skin", "choice"), ("tools", "multi_choice"), ("age", "number"),
                      ("seen", "date"), ("vip", "boolean"), ("mobile", "phone")):  # fmt: skip
        await make_field(owner, key, kind)
    for name, values in (
        ("a", {"skin": "dry", "age": "9", "seen": "2026-01-01", "tools": ["dry", "oily"]}),
        ("b", {"skin": "oily", "age": "10", "seen": "2026-01-02", "vip": True}),
        ("c", {"age": "-3.5", "vip": False, "mobile": "0501234567", "tools": ["oily"]}),
        ("d", {}),
    ):
        await owner.make_client(name, custom_fields=values)
    wanted: list[tuple[Json, str]] = [
        ({"skin": "dry"}, "a"), ({"skin": ["dry", "oily"]}, "ab"), ({"skin": "none"}, "cd"),
        ({"skin": ["dry", "none"]}, "acd"), ({"tools": "oily"}, "ac"), ({"vip": "true"}, "b"),
        ({"age": "9.0"}, "a"), ({"age_from": "9"}, "ab"), ({"age_to": "9"}, "c"),
        ({"age_from": "-4", "age_to": "10"}, "ac"), ({"age_from": "9", "skin": "oily"}, "b"),
        ({"seen_from": "2026-01-01", "seen_to": "2026-01-02"}, "a"), ({"seen": "none"}, "cd"),
        ({"mobile": "+966 50 123 4567"}, "c"), ({"age_from": "99"}, ""),
    ]  # fmt: skip
    for asked, names in wanted:
        given = {f"custom.{key}": value for key, value in asked.items()}
        assert await owner.found(**given, sort="name") == list(names), asked
        assert (await owner.get("/v1/clients", **given, count=True))["total"] == len(names)
    both = {"custom.tools": "oily", "name": "c"}
    assert await owner.found(**both) == ["c"]
    for name, value in (("nope", "x"), ("skin", "wet"), ("age_from", "x"), ("skin_from", "dry")):
        response = await owner.http.get("/v1/clients", params={f"custom.{name}": value})
        assert (response.status_code, response.json()["errors"][0]["field"]) == (
            422, f"custom.{name}",
        )  # fmt: skip
    page = await owner.get("/v1/clients", **{"custom.skin": ["dry", "oily"], "limit": 1})
    other = {"custom.skin": "dry", "limit": 1, "cursor": page["next_cursor"]}
    assert (await owner.http.get("/v1/clients", params=other)).status_code == 400


async def test_ranges_follow_a_changed_value(owner: Person) -> None:
    await make_field(owner, "age", "number")
    made = await owner.make_client("a", custom_fields={"age": "9"})
    await owner.patch(made["url"], {"custom_fields": {"age": "20"}})
    assert await owner.found(**{"custom.age_from": "10"}) == ["a"]
    await owner.patch(made["url"], {"custom_fields": {"age": None}})
    assert await owner.found(**{"custom.age_from": "10"}) == []


async def test_searchable_fields_are_found_by_their_text(owner: Person) -> None:
    """CL-05, CL-45: folded like names; what is not searchable is not found."""
    await make_field(owner, "job", searchable=True)
    hidden = await make_field(owner, "remark")
    await make_field(owner, "skin", "choice", searchable=True)
    values = {"job": "مُهندس إنشاءات", "remark": "مؤجل", "skin": "dry"}
    made = await owner.make_client("a", custom_fields=values)
    assert await owner.found(q="مهندس انشاءات") == ["a"]
    assert await owner.found(q="جافه") == ["a"]
    assert await owner.found(q="مؤجل") == []
    await owner.patch(made["url"], {"custom_fields": {"job": "طبيب"}})
    assert await owner.found(q="مهندس") == []
    await owner.patch(f"{FIELDS}/{hidden['id']}", {"searchable": True})
    context = owner.service.context
    await refresh_field_texts(context, owner.caller.tenant_id, {"key": "remark"})
    assert await owner.found(q="مؤجل") == ["a"]


async def test_a_unique_value_is_had_once_whatever_races(owner: Person) -> None:
    """CL-45: of twelve who take one value at once, one has it."""
    await make_field(owner, "badge", unique=True)

    async def take(number: int) -> int:
        body = {"name": str(number), "custom_fields": {"badge": ["A-7", "a-٧"][number % 2]}}
        return (await owner.http.post("/v1/clients", json=body)).status_code

    assert Counter(await asyncio.gather(*(take(n) for n in range(12)))) == {201: 1, 409: 11}
    assert len(await owner.found()) == 1
    first = (await owner.get("/v1/clients"))["items"][0]
    body = {"name": "x", "custom_fields": {"badge": "a-٧"}}
    response = await owner.http.post("/v1/clients", json=body)
    assert response.json()["code"] == "custom_field_taken"
    assert response.json()["errors"][0]["field"] == "custom_fields.badge"
    await owner.patch(first["url"], {"custom_fields": {"badge": "A-8"}})
    second = await owner.make_client(custom_fields={"badge": "A-7"})
    taken = {"custom_fields": {"badge": "A-8"}}
    assert (await owner.refused("PATCH", second["url"], taken))[0] == 409
    async with owner.service.http(owner.service.caller()) as http:
        stranger = Person(owner.service, owner.caller, http)
        await make_field(stranger, "badge", unique=True)
        await stranger.make_client(custom_fields={"badge": "A-7"})


async def test_a_company_without_fields_asks_nothing_more(owner: Person) -> None:
    """CL-28: a create costs no further statement once it is known that there are none."""
    await owner.make_client()
    context = owner.service.context
    asked: list[str] = []
    async with context.database.work(owner.caller) as work:
        kind = type(work)
    fetch = kind.fetch

    async def counted(self: Any, statement: Any, **values: Any) -> Any:
        asked.append(statement.sql)
        return await fetch(self, statement, **values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kind, "fetch", counted)
        await owner.make_client()
        await owner.found(q="عميل")
    assert not [sql for sql in asked if "custom_fields.key" in sql or "client_positions" in sql]
