"""Layouts: the company's, a folder's, and which of them holds where."""

from typing import Any, get_args
from uuid import uuid4

import pytest
from diwan.clients.v1 import events_pb2
from google.protobuf.json_format import MessageToDict, ParseDict
from hypothesis import given
from hypothesis import strategies as st

from clients.layouts import rules
from services.clients.tests.conftest import Events
from services.clients.tests.factories import Person

KEYS = get_args(rules.SectionKey)


async def _holds(person: Person, folder_id: str) -> Any:
    [layout] = (await person.get("/v1/layouts", folder_id=folder_id))["items"]
    return layout


async def test_a_new_company_has_a_layout_with_all_sections(owner: Person) -> None:
    """CL-55, CL-56, CL-57: sixteen sections in groups; who only reads may come first."""
    async with owner.colleague(permissions=frozenset({"clients:read"})) as reader:
        [layout] = (await reader.get("/v1/layouts", count=True))["items"]
        assert await owner.get(f"/v1/layouts/{layout['id']}") == layout
        assert (await reader.refused("PATCH", f"/v1/layouts/{layout['id']}", {}))[0] == 403
        assert (await reader.refused("POST", "/v1/layouts", {"sections": []}))[0] == 403
    assert layout["folder_id"] is None
    assert sorted(section["key"] for section in layout["sections"]) == sorted(KEYS)
    assert [s["key"] for s in layout["sections"] if not s["enabled"]] == ["insurance"]
    assert {s["group"] for s in layout["sections"]} == {g["key"] for g in layout["groups"]}
    assert all(s["label"]["ar"] and s["label"]["en"] for s in layout["sections"])
    assert {s["permission"] for s in layout["sections"]} == {
        f"{service}:read" for service in
        ("clients", "comms", "scheduling", "automation", "billing", "memberships")
    }  # fmt: skip
    leads = await owner.folder("Leads")
    assert await _holds(owner, leads["id"]) == layout
    path = f"/v1/layouts/{layout['id']}"
    assert await owner.refused("DELETE", path) == (409, "layout_needed")
    taken = await owner.refused("POST", "/v1/layouts", {"sections": []})
    assert taken == (409, "folder_taken")


async def test_sections_are_ordered_named_and_switched_off(owner: Person, events: Events) -> None:
    """CL-55: what is left out is off, and comes last."""
    [layout] = (await owner.get("/v1/layouts"))["items"]
    path = f"/v1/layouts/{layout['id']}"
    changed = await owner.patch(path, {
        "groups": [{"key": "file", "label": "ملف"}],
        "sections": [
            {"key": "invoices", "group": "file", "label": {"en": "Bills"}},
            {"key": "profile", "enabled": False},
        ],
    })  # fmt: skip
    assert len(changed["sections"]) == 16
    first, second, *others = changed["sections"]
    assert (first["key"], first["group"], first["label"]) == (
        "invoices", "file", {"ar": None, "en": "Bills"},
    )  # fmt: skip
    assert (second["key"], second["label"]["ar"]) == ("profile", "الملف")
    assert not any(section["enabled"] for section in (second, *others))
    assert changed["groups"] == [{"key": "file", "label": {"ar": "ملف", "en": None}}]
    assert await owner.get(path) == changed == (await owner.get("/v1/layouts"))["items"][0]
    body = {"sections": [{k: s[k] for k in s if k != "permission"} for s in changed["sections"]]}
    assert await owner.patch(path, body) == changed
    told = [e for e in await events(owner.caller) if e["type"].startswith("clients.layout.")]
    for event in told:
        message = ParseDict(event["data"], events_pb2.LayoutChanged())
        assert event["data"] == MessageToDict(
            message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
        )


async def test_a_folder_has_its_own_and_hands_it_down(owner: Person, events: Events) -> None:
    """CL-55: the folder's, else the parent's, else the company's."""
    leads = await owner.folder("Leads")
    inner = await owner.post("/v1/folders", {"name": "inner", "parent_id": leads["id"]})
    whole = await _holds(owner, inner["id"])
    sections = {"sections": [{"key": "tasks", "group": "work"}]}
    above = await owner.post("/v1/layouts", {"folder_id": leads["id"], **sections})
    assert [g["key"] for g in above["groups"]] == [g["key"] for g in whole["groups"]]
    assert await _holds(owner, inner["id"]) == above
    own = await owner.post("/v1/layouts", {"folder_id": inner["id"], **sections})
    assert await _holds(owner, inner["id"]) == own
    active = await owner.folder("Active")
    assert await _holds(owner, active["id"]) == whole
    again = {"folder_id": leads["id"], "id": above["id"], **sections}
    assert (await owner.http.post("/v1/layouts", json=again)).status_code == 200
    assert (await owner.http.delete(f"/v1/layouts/{own['id']}")).status_code == 204
    assert await _holds(owner, inner["id"]) == above
    told = [e["type"] for e in await events(owner.caller) if ".layout." in e["type"]]
    assert told == ["clients.layout.created"] * 2 + ["clients.layout.deleted"]
    entry = [{"principal": "user:x", "level": "none"}]
    async with owner.colleague() as agent:
        entry[0]["principal"] = f"user:{agent.caller.user_id}"
        await owner.http.put(f"/v1/folders/{leads['id']}/access", json=entry)
        assert [x["id"] for x in (await agent.get("/v1/layouts"))["items"]] == [whole["id"]]
        assert (await agent.refused("GET", f"/v1/layouts/{above['id']}"))[0] == 404
        hidden = f"/v1/layouts?folder_id={leads['id']}"
        assert await agent.refused("GET", hidden) == (422, "unknown_folder")
    async with owner.service.http(owner.service.caller()) as stranger:
        assert (await stranger.get(f"/v1/layouts/{whole['id']}")).status_code == 404
        assert (await stranger.get(hidden)).status_code == 422


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "sections"), ({"sections": [{"key": "x"}]}, "sections.0.key"),
        ({"sections": [{"key": "tasks"}, {"key": "tasks"}]}, "sections.1.key"),
        ({"sections": [{"key": "tasks", "group": "none"}]}, "sections.0.group"),
        ({"sections": [], "groups": [{"key": "a", "label": "a"}] * 2}, "groups.1.key"),
        ({"sections": [], "groups": [{"key": "A b", "label": "a"}]}, "groups.0.key"),
        ({"sections": [], "groups": [{"key": "a"}]}, "groups.0.label"),
        ({"sections": [], "folder_id": str(uuid4())}, "folder_id"),
    ],
)  # fmt: skip
async def test_bad_layouts_are_refused_by_name(owner: Person, body: Any, field: str) -> None:
    response = await owner.http.post("/v1/layouts", json=body)
    assert response.status_code == 422
    assert [fault["field"] for fault in response.json()["errors"]] == [field]


async def test_a_group_in_use_is_not_taken_away(owner: Person) -> None:
    [layout] = (await owner.get("/v1/layouts"))["items"]
    groups = {"groups": layout["groups"][1:]}
    refused = await owner.refused("PATCH", f"/v1/layouts/{layout['id']}", groups)
    assert refused == (422, "unknown_group")


@given(st.lists(st.sampled_from(KEYS), unique=True), st.data())
def test_an_arrangement_keeps_every_section_once(keys: list[str], data: st.DataObject) -> None:
    """CL-56"""
    given = [{"key": key, "enabled": data.draw(st.booleans())} for key in keys]
    made = rules.arranged(given, ())
    assert [section["key"] for section in made[: len(keys)]] == keys
    assert sorted(section["key"] for section in made) == sorted(KEYS)
    on = [section["key"] for section in made if section["enabled"]]
    assert on == [section["key"] for section in given if section["enabled"]]
    assert rules.arranged(made, ()) == made
