"""Who sees and changes which clients."""

from typing import Any
from uuid import UUID

import pytest

from services.clients.tests.factories import Person


async def _allow(owner: Person, folder: dict[str, Any], level: str, colleague: Person) -> None:
    entry = {"principal": f"user:{colleague.caller.user_id}", "level": level}
    response = await owner.http.put(f"/v1/folders/{folder['id']}/access", json=[entry])
    assert response.json() == [entry]


async def test_an_agent_sees_the_folders_opened_to_them(owner: Person) -> None:
    leads, active = await owner.folder("Leads"), await owner.folder("Active")
    lead = await owner.make_client("lead")
    other = await owner.make_client("other", folder_id=active["id"])
    async with owner.colleague(visibility="folders") as agent:
        assert await agent.found() == []
        await _allow(owner, leads, "read", agent)
        assert await agent.found() == await agent.found(q="lead") == ["lead"]
        assert await agent.found(q="other") == []
        assert (await agent.refused("GET", other["url"]))[0] == 404
        assert (await agent.refused("POST", f"{other['url']}/archive"))[0] == 404
        tags = f"{lead['url']}/tags"
        assert await agent.refused("POST", tags, {"add": ["VIP"]}) == (403, "folder_not_writable")
        assert await agent.refused("POST", "/v1/clients", {"name": "x"}) == (
            403, "folder_not_writable",
        )  # fmt: skip
        await _allow(owner, leads, "write", agent)
        assert (await agent.post(tags, {"add": ["VIP"]}))["tags"] == ["VIP"]
        move = f"{lead['url']}/move"
        assert (await agent.refused("POST", move, {"folder_id": active["id"]}))[0] == 403


async def test_access_is_inherited_and_none_hides_from_who_sees_all(owner: Person) -> None:
    leads = await owner.folder("Leads")
    inner = await owner.post("/v1/folders", {"name": {"en": "Inner"}, "parent_id": leads["id"]})
    client = await owner.make_client("hidden", folder_id=inner["id"])
    async with owner.colleague(visibility="all") as manager:
        assert await manager.found() == ["hidden"]
        await _allow(owner, leads, "none", manager)
        assert await manager.found() == []
        assert (await manager.refused("GET", client["url"]))[0] == 404
        assert (await manager.refused("GET", f"/v1/folders/{leads['id']}"))[0] == 404
        shown = [f["name"]["en"] for f in (await manager.get("/v1/folders"))["items"]]
        assert shown == ["Active", "Closed"]
    assert await owner.found() == ["hidden"]


async def test_who_is_assigned_sees_and_watchers_do_not_change(owner: Person) -> None:
    """CL-68"""
    client = await owner.make_client("mine")
    async with owner.colleague(visibility="assigned") as agent:
        assert await agent.found() == []
        me = str(agent.caller.user_id)
        for role, allowed in (("watcher", False), ("collaborator", True), ("owner", True)):
            staff = {"add": [{"user_id": me, "role": role}]}
            await owner.post(f"{client['url']}/staff", staff)
            assert await agent.found(q="mine") == await agent.found() == ["mine"]
            response = await agent.http.patch(client["url"], json={"name": "mine"})
            assert response.status_code == (200 if allowed else 403)
        body = {"name": "new", "staff": [{"user_id": me, "role": "owner"}]}
        assert (await agent.post("/v1/clients", body))["name"] == "new"


@pytest.mark.parametrize(
    ("permissions", "status"), [({"clients:read"}, 403), (set(), 404)], ids=["reads", "nothing"]
)
async def test_a_missing_permission(owner: Person, permissions: set[str], status: int) -> None:
    client = await owner.make_client()
    async with owner.colleague(permissions=frozenset(permissions)) as person:
        for method, path, body in (
            ("PATCH", client["url"], {"name": "x"}), ("POST", f"{client['url']}/archive", None),
            ("POST", f"{client['url']}/tags", {"add": ["VIP"]}),
        ):  # fmt: skip
            assert (await person.refused(method, path, body))[0] == status
        assert (await person.refused("POST", "/v1/clients", {"name": "x"}))[0] == 403
        assert (await person.refused("POST", "/v1/folders", {"name": "x"}))[0] == 403


async def test_counts_are_over_what_the_caller_sees(owner: Person) -> None:
    """CL-73"""
    leads = await owner.folder("Leads")
    contacted = leads["statuses"][1]["id"]
    await owner.make_client()
    await owner.make_client(status_id=contacted)
    put_away = await owner.make_client()
    await owner.post(f"{put_away['url']}/archive")
    async with owner.colleague(visibility="assigned") as agent:
        me = str(agent.caller.user_id)
        await owner.make_client(status_id=contacted, staff=[{"user_id": me, "role": "owner"}])
        for person, total, by_status in ((owner, 3, [1, 2, 0, 0]), (agent, 1, [0, 1, 0, 0])):
            folder = await person.folder("Leads")
            assert folder["client_count"] == total
            assert [s["client_count"] for s in folder["statuses"]] == by_status
            assert await person.get(f"/v1/folders/{folder['id']}") == folder


async def test_a_key_for_some_folders_sees_those_and_what_is_inside(owner: Person) -> None:
    leads, active = await owner.folder("Leads"), await owner.folder("Active")
    inner = await owner.post("/v1/folders", {"name": "inner", "parent_id": leads["id"]})
    for name, folder in (("lead", leads), ("active", active), ("inner", inner)):
        await owner.make_client(name, folder_id=folder["id"])
    rights = {"folder_ids": (UUID(leads["id"]),), "visibility": "folders"}
    async with owner.colleague(**rights) as key:
        assert await key.found() == ["inner", "lead"]
        made = await key.post("/v1/clients", {"name": "new", "folder_id": inner["id"]})
        assert made["folder_id"] == inner["id"]
