"""Notes: who reads, writes, changes and mentions, and what others hear of them."""

from typing import Any
from uuid import UUID

import pytest
from diwan.clients.v1 import events_pb2
from google.protobuf.json_format import MessageToDict, ParseDict
from hypothesis import given
from hypothesis import strategies as st

from chassis.caller import system
from chassis.ids import new_id
from clients.notes import rules
from clients.timeline.rules.entries import SUMMARIES
from refs import people
from services.clients.tests.conftest import Events
from services.clients.tests.factories import Person


async def _remember(owner: Person, *users: tuple[str, str, list[str]]) -> list[str]:
    """Staff as identity tells of them: (visibility, locale, permissions); their ids."""
    listed, roles = [], []
    for visibility, locale, permissions in users:
        role_id, user_id = str(new_id()), str(new_id())
        roles.append({"id": role_id, "version": 1, "name": role_id, "permissions": permissions,
                      "visibility": visibility, "is_owner": False})  # fmt: skip
        listed.append({"id": user_id, "version": 1, "name": "نورة", "email": f"{user_id}@x.sa",
                       "locale": locale, "role_id": role_id, "is_active": True})  # fmt: skip
    data = {"name": "x", "country": "SA", "version": 1, "users": listed, "roles": roles}
    tenant = owner.caller.tenant_id
    async with owner.service.context.database.work(system(tenant, "clients")) as work:
        await people.remember_tenant(work, data)
    return [user["id"] for user in listed]


async def _note(person: Person, client: dict[str, Any], body: str = "ملاحظة", **more: Any) -> Any:
    return await person.post("/v1/notes", {"client_id": client["id"], "body": body, **more})


async def test_a_note_is_written_changed_pinned_and_removed(owner: Person, events: Events) -> None:
    """CL-50: with its author; others hear of its beginning only."""
    client = await owner.make_client()
    long = "طويل " * 100
    note = await _note(owner, client, long, id=str(new_id()))
    assert (note["author"], note["url"]) == (owner.caller.principal, client["url"])
    assert (note["pinned"], note["mentions"], note["body"]) == (False, [], long.strip())
    again = await owner.http.post("/v1/notes", json={
        "client_id": client["id"], "body": long, "id": note["id"]})  # fmt: skip
    assert (again.status_code, again.json()) == (200, note)
    path = f"/v1/notes/{note['id']}"
    changed = await owner.patch(path, {"body": "أقصر"})
    assert (changed["body"], changed["version"]) == ("أقصر", 2)
    assert (await owner.post(f"{path}/pin"))["pinned"] is True
    assert (await owner.post(f"{path}/pin"))["version"] == 3
    assert (await owner.post(f"{path}/unpin"))["pinned"] is False
    stale = await owner.http.delete(path, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert (await owner.http.delete(path)).status_code == 204
    assert (await owner.refused("GET", path))[0] == 404
    told = [e for e in await events(owner.caller) if e["type"].startswith("clients.note.")]
    assert [e["type"].split(".")[-1] for e in told] == ["added", *["updated"] * 3, "deleted"]
    assert [e["data"]["changed"] for e in told] == [[], ["body"], ["pinned"], ["pinned"], []]
    assert all(e["type"] in SUMMARIES for e in told)
    assert {e["clientid"] for e in told} == {client["id"]}
    assert len(told[0]["data"]["note"]["preview"]) <= 140
    for event in told:
        message = ParseDict(event["data"], events_pb2.NoteChanged())
        assert event["data"] == MessageToDict(
            message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
        )


async def test_the_list_is_filtered_sorted_and_paged(owner: Person) -> None:
    first, second = await owner.make_client("a"), await owner.make_client("b")
    made = [await _note(owner, first, f"n{n}", pinned=n == 1) for n in range(3)]
    await _note(owner, second, "other")

    async def bodies(**query: Any) -> list[str]:
        return [item["body"] for item in (await owner.get("/v1/notes", **query))["items"]]

    assert await bodies(client_id=first["id"]) == ["n2", "n1", "n0"]
    assert await bodies(client_id=first["id"], sort="created_at") == ["n0", "n1", "n2"]
    assert (await bodies(sort="-pinned"))[0] == "n1"
    assert await bodies(pinned=True) == ["n1"]
    assert await bodies(client_id=[first["id"], second["id"]]) == ["other", "n2", "n1", "n0"]
    assert await bodies(author="key:x") == []
    period = {"created_from": made[1]["created_at"], "created_to": made[2]["created_at"]}
    assert await bodies(**period) == ["n1"]
    page = await owner.get("/v1/notes", limit=3, count=True)
    rest = await owner.get("/v1/notes", limit=3, cursor=page["next_cursor"])
    assert (page["total"], len(rest["items"]), rest["next_cursor"]) == (4, 1, None)


async def test_a_note_is_seen_and_written_as_its_client_is(owner: Person) -> None:
    """CL-50: who does not see the client sees no note, no count, and writes none."""
    hidden, mine = await owner.make_client("hidden"), await owner.make_client("mine")
    secret = await _note(owner, hidden, "secret")
    async with owner.colleague(visibility="assigned") as agent:
        member = {"user_id": str(agent.caller.user_id), "role": "watcher"}
        await owner.post(f"{mine['url']}/staff", {"add": [member]})
        theirs = await _note(owner, mine, "open")
        listed = await agent.get("/v1/notes", count=True)
        assert ([n["body"] for n in listed["items"]], listed["total"]) == (["open"], 1)
        path = f"/v1/notes/{secret['id']}"
        for method, where, body in (
            ("GET", path, None), ("PATCH", path, {"body": "x"}), ("DELETE", path, None),
            ("POST", f"{path}/pin", None),
        ):  # fmt: skip
            assert await agent.refused(method, where, body) == (404, "note_not_found")
        unknown = {"client_id": hidden["id"], "body": "x"}
        assert await agent.refused("POST", "/v1/notes", unknown) == (422, "unknown_client")
        watched = {"client_id": mine["id"], "body": "x"}
        assert await agent.refused("POST", "/v1/notes", watched) == (403, "folder_not_writable")
        pin = f"/v1/notes/{theirs['id']}/pin"
        assert await agent.refused("POST", pin) == (403, "folder_not_writable")
        await owner.post(f"{mine['url']}/staff", {"add": [member | {"role": "owner"}]})
        own = await _note(agent, mine, "own")
        assert (await agent.post(pin))["pinned"] is True
        for method, body in (("PATCH", {"body": "x"}), ("DELETE", None)):
            where = f"/v1/notes/{theirs['id']}"
            assert await agent.refused(method, where, body) == (403, "note_of_somebody_else")
        assert (await agent.patch(f"/v1/notes/{own['id']}", {"body": "y"}))["body"] == "y"
        assert (await owner.patch(f"/v1/notes/{own['id']}", {"body": "z"}))["body"] == "z"
    async with owner.colleague(permissions=frozenset({"clients:read"})) as reader:
        assert (await reader.refused("DELETE", f"/v1/notes/{secret['id']}"))[0] == 403
    async with owner.service.http(owner.service.caller()) as stranger:
        assert (await stranger.get(f"/v1/notes/{secret['id']}")).status_code == 404
        assert (await stranger.get("/v1/notes")).json()["items"] == []


async def test_who_is_mentioned_sees_the_client(owner: Person, events: Events) -> None:
    """CL-50: others are refused by their place in the list; who was mentioned stays."""
    client = await owner.make_client()
    manager, agent, guest = await _remember(
        owner, ("all", "ar", ["clients:read"]), ("assigned", "ar", ["clients:read"]),
        ("all", "ar", ["comms:read"]),
    )  # fmt: skip
    note = await _note(owner, client, mentions=[manager, manager])
    assert note["mentions"] == [manager]
    for stranger in (agent, guest, str(new_id())):
        body = {"client_id": client["id"], "body": "x", "mentions": [manager, stranger]}
        response = await owner.http.post("/v1/notes", json=body)
        assert response.status_code == 422
        assert response.json()["errors"][0]["field"] == "mentions.1"
    path = f"/v1/notes/{note['id']}"
    assert (await owner.refused("PATCH", path, {"mentions": [agent]}))[0] == 422
    staff = {"add": [{"user_id": agent, "role": "watcher"}]}
    await owner.post(f"{client['url']}/staff", staff)
    changed = await owner.patch(path, {"mentions": [manager, agent]})
    assert changed["mentions"] == [manager, agent]
    found = (await owner.get("/v1/notes", mention=agent))["items"]
    assert [one["id"] for one in found] == [note["id"]]
    told = [e["data"] for e in await events(owner.caller) if e["type"].startswith("clients.note.")]
    assert [data["mentioned"] for data in told] == [[manager], [agent]]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"body": "x"}, "client_id"), ({"client_id": str(UUID(int=1)), "body": " "}, "body"),
        ({"client_id": str(UUID(int=1)), "body": "x\0"}, "body"),
        ({"client_id": str(UUID(int=1)), "body": "x", "mentions": ["me"]}, "mentions.0"),
        ({"client_id": str(UUID(int=1)), "body": "x", "author": "me"}, "author"),
    ],
)  # fmt: skip
async def test_bad_notes_are_refused_by_name(owner: Person, body: Any, field: str) -> None:
    response = await owner.http.post("/v1/notes", json=body)
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == field


@given(st.text())
def test_a_preview_is_one_short_line(body: str) -> None:
    shown = rules.preview(body)
    assert len(shown) <= 140 and "\n" not in shown
    assert " ".join(body.split()).startswith(shown.removesuffix("…"))
