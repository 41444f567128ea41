"""Actions on clients: move, status, tags, staff, archive."""

from typing import Any
from uuid import uuid4

from services.clients.tests.conftest import Events
from services.clients.tests.factories import Person


async def _told(events: Events, owner: Person, client: dict[str, Any]) -> list[dict[str, Any]]:
    """The events about a client after its creation."""
    return [e for e in await events(owner.caller) if e.get("clientid") == client["id"]][1:]


async def test_a_move_gives_the_new_folders_default_status(owner: Person, events: Events) -> None:
    """CL-69, CL-70"""
    made, active = await owner.make_client(), await owner.folder("Active")
    moved = await owner.post(f"{made['url']}/move", {"folder_id": active["id"]})
    assert (moved["folder_id"], moved["version"]) == (active["id"], 2)
    assert moved["status_id"] == active["statuses"][0]["id"]
    closed = await owner.folder("Closed")
    lost = closed["statuses"][2]["id"]
    body = {"folder_id": closed["id"], "status_id": lost}
    assert (await owner.post(f"{made['url']}/move", body))["status_id"] == lost
    assert (await owner.post(f"{made['url']}/move", {"folder_id": closed["id"]}))["version"] == 3
    told = await _told(events, owner, made)
    assert [e["type"] for e in told] == ["clients.client.folder_changed"] * 2
    assert told[0]["data"]["from_folder_id"] == made["folder_id"]
    assert told[1]["data"]["to_folder_id"] == closed["id"]


async def test_a_status_belongs_to_the_folder(owner: Person) -> None:
    """CL-36, CL-70"""
    made, active = await owner.make_client(), await owner.folder("Active")
    foreign = active["statuses"][0]["id"]
    status = f"{made['url']}/status"
    assert await owner.refused("POST", status, {"status_id": foreign}) == (
        422, "status_not_in_folder",
    )  # fmt: skip
    body = {"folder_id": active["id"], "status_id": made["status_id"]}
    assert await owner.refused("POST", f"{made['url']}/move", body) == (
        422, "status_not_in_folder",
    )  # fmt: skip
    assert await owner.refused("POST", status, {}) == (422, "status_missing")
    assert await owner.refused("POST", status, {"status_id": None}) == (422, "status_needed")


async def test_a_change_of_status_says_from_what_to_what_and_why(
    owner: Person, events: Events
) -> None:
    """CL-39"""
    made, leads = await owner.make_client(), await owner.folder("Leads")
    body = {"status_id": leads["statuses"][1]["id"], "reason": "اتصل بنا"}
    assert (await owner.post(f"{made['url']}/status", body))["status_id"] == body["status_id"]
    assert (await owner.post(f"{made['url']}/status", body))["version"] == 2
    (told,) = await _told(events, owner, made)
    data = told["data"]
    assert told["type"] == "clients.client.status_changed"
    assert told["actor"] == owner.caller.principal
    assert (data["from_status_id"], data["to_status_id"]) == (made["status_id"], body["status_id"])
    assert (data["reason"], data["field"]) == ("اتصل بنا", "status_id")


async def test_pinned_and_follow_up_statuses_stand_beside_it(owner: Person) -> None:
    """CL-13, CL-40"""
    pinned = await owner.post("/v1/follow-up-statuses", {"name": "مهم", "kind": "pinned"})
    variable = await owner.post("/v1/follow-up-statuses", {"name": "Call back"})
    made = await owner.make_client("واحد", pinned_status_id=pinned["id"])
    await owner.make_client("اثنان")
    status = f"{made['url']}/status"
    changed = await owner.post(status, {"follow_up_status_id": variable["id"]})
    assert changed["pinned_status_id"] == pinned["id"]
    assert changed["follow_up_status_id"] == variable["id"]
    assert await owner.refused("POST", status, {"pinned_status_id": variable["id"]}) == (
        422, "unknown_follow_up_status",
    )  # fmt: skip
    for one in (pinned, variable):
        assert await owner.found(follow_up_status_id=one["id"]) == ["واحد"]
        path = f"/v1/follow-up-statuses/{one['id']}"
        assert await owner.refused("DELETE", path) == (409, "follow_up_status_in_use")
    assert await owner.found(follow_up_status_id="none") == ["اثنان"]
    both = await owner.found(follow_up_status_id=["none", pinned["id"]])
    assert both == ["واحد", "اثنان"]
    assert (await owner.post(status, {"pinned_status_id": None}))["pinned_status_id"] is None


async def test_tags_are_added_and_removed_once(owner: Person, events: Events) -> None:
    """CL-74, CL-75"""
    made = await owner.make_client(tags=["VIP"])
    tagged = await owner.post(f"{made['url']}/tags", {"add": ["vip", "جديد"], "remove": ["zz"]})
    assert tagged["tags"] == ["VIP", "جديد"]
    less = await owner.post(f"{made['url']}/tags", {"remove": ["Vip"]})
    assert less["tags"] == ["جديد"]
    assert (await owner.http.post(f"{made['url']}/tags")).json()["version"] == 3
    told = await _told(events, owner, made)
    assert [(e["type"].split(".")[-1], e["data"]["tags"]) for e in told] == [
        ("tagged", ["جديد"]), ("untagged", ["VIP"]),
    ]  # fmt: skip
    names = [tag["name"] for tag in (await owner.get("/v1/tags"))["items"]]
    assert "جديد" in names


async def test_only_who_manages_tags_makes_new_ones_by_using_them(owner: Person) -> None:
    """CL-31"""
    made = await owner.make_client()
    async with owner.colleague() as agent:
        tagged = await agent.post(f"{made['url']}/tags", {"add": ["vip"]})
        assert tagged["tags"] == ["VIP"]
        refused = await agent.refused("POST", f"{made['url']}/tags", {"add": ["unheard of"]})
        assert refused == (422, "unknown_tag")


async def test_staff_come_and_go(owner: Person, events: Events) -> None:
    """CL-67, CL-68"""
    made, one, two = await owner.make_client(), str(uuid4()), str(uuid4())
    add = [{"user_id": one, "role": "owner"}, {"user_id": two}]
    assigned = await owner.post(f"{made['url']}/staff", {"add": add})
    assert assigned["staff"] == [
        {"user_id": one, "role": "owner"}, {"user_id": two, "role": "collaborator"},
    ]  # fmt: skip
    assert await owner.found(staff_id=two) == ["عميل"]
    left = await owner.post(f"{made['url']}/staff", {"remove": [two]})
    assert [member["user_id"] for member in left["staff"]] == [one]
    assert await owner.found(staff_id=two) == []
    assert await owner.found(staff_id=[two, "none"]) == []
    told = await _told(events, owner, made)
    assert [e["type"] for e in told] == ["clients.client.staff_assigned"] * 2
    assert (len(told[0]["data"]["added"]), told[1]["data"]["removed"]) == (2, [two])


async def test_an_archived_client_is_out_of_the_way_and_not_lost(
    owner: Person, events: Events
) -> None:
    """CL-01, CL-78"""
    made = await owner.make_client()
    archived = await owner.post(f"{made['url']}/archive")
    assert archived["archived"]
    assert await owner.found() == []
    assert await owner.found(archived=True) == ["عميل"]
    assert await owner.get(made["url"]) == archived
    assert (await owner.post(f"{made['url']}/archive"))["version"] == 2
    assert not (await owner.post(f"{made['url']}/restore"))["archived"]
    told = await _told(events, owner, made)
    assert [e["type"].split(".")[-1] for e in told] == ["archived", "restored"]
