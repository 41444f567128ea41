"""Links between clients: told from both sides, hidden with either, never in a circle."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from diwan.clients.v1 import events_pb2
from google.protobuf.json_format import MessageToDict, ParseDict

from chassis.ids import new_id
from clients.client_links import routes
from clients.timeline.rules.entries import SUMMARIES
from services.clients.tests.conftest import Events
from services.clients.tests.factories import Person

Json = dict[str, Any]


async def _link(person: Person, above: Json, below: Json, kind: str, **more: Any) -> Json:
    ends = {"from_client_id": above["id"], "to_client_id": below["id"]}
    return await person.post("/v1/client-links", {**ends, "kind": kind, **more})


async def _refused(person: Person, above: Json, below: Json, kind: str) -> tuple[int, str]:
    ends = {"from_client_id": above["id"], "to_client_id": below["id"]}
    return await person.refused("POST", "/v1/client-links", {**ends, "kind": kind})


async def _seen(person: Person, client: Json, **query: Any) -> list[tuple[str, str]]:
    found = await person.get("/v1/client-links", client_id=client["id"], **query)
    return [(item["relation"], item["client"]["name"]) for item in found["items"]]


async def test_a_company_has_employees_with_titles(owner: Person) -> None:
    """CL-63, CL-64: one link, told from either side."""
    company, person = await owner.make_client("شركة"), await owner.make_client("سارة")
    link = await _link(owner, company, person, "employee", title="مديرة المشتريات")
    assert link["client"] == {name: person[name] for name in ("id", "name", "code", "url")}
    assert (link["client_id"], link["url"]) == (company["id"], company["url"])
    assert (link["relation"], link["title"]) == ("employee", "مديرة المشتريات")
    assert await _seen(owner, company) == [("employee", "سارة")]
    assert await _seen(owner, person) == [("employer", "شركة")]
    path = f"/v1/client-links/{link['id']}"
    assert (await owner.patch(path, {"title": "مديرة"}))["title"] == "مديرة"
    assert (await owner.patch(path, {"title": None}))["title"] is None
    assert (await owner.refused("PATCH", path, {"kind": "branch"}))[0] == 422
    assert (await owner.get(path))["version"] == 3
    assert (await owner.http.delete(path)).status_code == 204
    assert await _seen(owner, company) == []


async def test_another_client_pays_and_is_hidden_from_who_does_not_see_it(owner: Person) -> None:
    """CL-64: in what is read, listed and written."""
    company, other = await owner.make_client("شركة"), await owner.make_client("أخرى")
    added = {"kind": "employee", "client": {"name": "سارة", "bill_to_id": company["id"]}}
    link = await owner.post(f"{company['url']}/sub-clients", added)
    url = link["client"]["url"]
    assert (await owner.get(url))["bill_to_id"] == company["id"]
    assert (await owner.patch(url, {"bill_to_id": other["id"]}))["bill_to_id"] == other["id"]
    assert (await owner.patch(url, {"bill_to_id": None}))["bill_to_id"] is None
    await owner.patch(url, {"bill_to_id": company["id"]})
    itself = {"bill_to_id": link["client"]["id"]}
    assert await owner.refused("PATCH", url, itself) == (422, "billed_to_itself")
    nobody = {"name": "x", "bill_to_id": str(uuid4())}
    assert await owner.refused("POST", "/v1/clients", nobody) == (422, "unknown_client")
    async with owner.colleague(visibility="assigned") as agent:
        member = {"user_id": str(agent.caller.user_id), "role": "owner"}
        await owner.post(f"{url}/staff", {"add": [member]})
        assert (await agent.get(url))["bill_to_id"] is None
        assert [c["bill_to_id"] for c in (await agent.get("/v1/clients"))["items"]] == [None]
        assert await agent.refused("PATCH", url, {"bill_to_id": other["id"]}) == (
            422, "unknown_client",
        )  # fmt: skip
        assert (await agent.patch(url, {"name": "نورة"}))["bill_to_id"] is None
        await owner.post(f"{company['url']}/staff", {"add": [member]})
        assert (await agent.get(url))["bill_to_id"] == company["id"]
    listed = (await owner.get("/v1/clients", q="نورة"))["items"]
    assert [c["bill_to_id"] for c in listed] == [company["id"]]


async def test_families_are_told_from_whichever_side(owner: Person) -> None:
    """CL-63, CL-65: whoever is named first, it is the same link."""
    names = ("أب", "أم", "ابن", "ابنة")
    father, mother, son, daughter = [await owner.make_client(name) for name in names]
    await _link(owner, father, mother, "spouse")
    assert await _refused(owner, mother, father, "spouse") == (409, "link_taken")
    told = await _link(owner, son, father, "parent")
    assert (told["relation"], told["client_id"]) == ("parent", son["id"])
    assert (told["from_client_id"], told["kind"]) == (father["id"], "child")
    assert await _refused(owner, father, son, "child") == (409, "link_taken")
    await _link(owner, daughter, son, "sibling")
    assert await _seen(owner, son) == [("parent", "أب"), ("sibling", "ابنة")]
    assert await _seen(owner, father) == [("spouse", "أم"), ("child", "ابن")]
    assert await _seen(owner, father, kind="spouse") == [("spouse", "أم")]
    assert await _seen(owner, daughter, kind=["sibling", "child"]) == [("sibling", "ابن")]
    page = await owner.get("/v1/client-links", limit=2, count=True)
    rest = await owner.get("/v1/client-links", limit=2, cursor=page["next_cursor"])
    assert (page["total"], len(rest["items"]), rest["next_cursor"]) == (3, 1, None)


async def test_branches_have_levels_and_no_circle(owner: Person) -> None:
    """CL-66, CL-90: also not one through links of another kind; one head office each."""
    head, region, city, shop = [await owner.make_client(name) for name in "abcd"]
    await _link(owner, head, region, "branch")
    await _link(owner, city, region, "head_office")
    await _link(owner, city, shop, "sub_client")
    assert await _refused(owner, shop, head, "branch") == (422, "link_in_circle")
    assert await _refused(owner, shop, head, "sub_client") == (422, "link_in_circle")
    assert await _refused(owner, shop, shop, "branch") == (422, "link_to_itself")
    assert await _refused(owner, head, city, "branch") == (409, "head_office_taken")
    assert await _refused(owner, head, {"id": str(uuid4())}, "branch") == (422, "unknown_client")
    await _link(owner, shop, head, "employee")
    tree = await owner.get(f"{head['url']}/tree")
    shown = [(node["name"], node["kind"], node["depth"]) for node in tree["nodes"]]
    assert shown == [("b", "branch", 1), ("c", "branch", 2), ("d", "sub_client", 3)]
    assert (tree["is_whole"], tree["nodes"][1]["parent_id"]) == (True, region["id"])
    assert len((await owner.get(f"{head['url']}/tree", depth=1))["nodes"]) == 1
    assert len((await owner.get(f"{head['url']}/tree", kind="branch"))["nodes"]) == 2
    assert (await owner.refused("GET", f"{head['url']}/tree?depth=11"))[0] == 422


async def test_a_tree_too_large_to_show_says_so(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CL-66"""
    monkeypatch.setattr(routes, "MOST_NODES", 2)
    head = await owner.make_client("head")
    for name in "cab":
        added = {"kind": "branch", "client": {"name": name}}
        await owner.post(f"{head['url']}/sub-clients", added)
        tree = await owner.get(f"{head['url']}/tree")
        assert tree["is_whole"] == (name != "b")
    assert len(tree["nodes"]) == 2


async def test_two_writers_at_once_close_no_circle(owner: Person) -> None:
    """CL-66: of links that would close a circle together, one at least is refused."""
    for _ in range(5):
        ring = [await owner.make_client(str(n)) for n in range(3)]
        bodies = [
            {"from_client_id": ring[n]["id"], "to_client_id": ring[(n + 1) % 3]["id"],
             "kind": ("branch", "sub_client", "child")[n]}
            for n in range(3)
        ]  # fmt: skip
        answers = await asyncio.gather(
            *(owner.http.post("/v1/client-links", json=body) for body in bodies)
        )
        assert sorted(answer.status_code for answer in answers) == [201, 201, 422]


async def test_a_link_is_hidden_with_either_of_its_clients(owner: Person) -> None:
    """CL-63: no name, no count, no branch of the tree, and nothing on the timeline names it."""
    mine, hidden, below = [await owner.make_client(name) for name in ("mine", "hidden", "below")]
    link = await _link(owner, mine, hidden, "branch")
    await _link(owner, hidden, below, "branch")
    async with owner.colleague(visibility="assigned") as agent:
        member = {"user_id": str(agent.caller.user_id), "role": "watcher"}
        for client in (mine, below):
            await owner.post(f"{client['url']}/staff", {"add": [member]})
        for client in (mine, below):
            assert await _seen(agent, client) == []
        assert await _seen(agent, hidden) == []
        listed = await agent.get("/v1/client-links", count=True)
        assert (listed["items"], listed["total"]) == ([], 0)
        assert (await agent.get(f"{mine['url']}/tree"))["nodes"] == []
        assert (await agent.refused("GET", f"{hidden['url']}/tree"))[0] == 404
        path = f"/v1/client-links/{link['id']}"
        for method, body in (("GET", None), ("PATCH", {"title": "x"}), ("DELETE", None)):
            assert await agent.refused(method, path, body) == (404, "client_link_not_found")
        assert await _refused(agent, mine, hidden, "spouse") == (403, "folder_not_writable")
        assert await _refused(agent, hidden, mine, "spouse") == (422, "unknown_client")
        assert await _refused(agent, mine, below, "spouse") == (403, "folder_not_writable")
        await owner.post(f"{mine['url']}/staff", {"add": [member | {"role": "owner"}]})
        assert await _refused(agent, mine, below, "spouse") == (403, "folder_not_writable")
        await owner.post(f"{below['url']}/staff", {"add": [member | {"role": "owner"}]})
        await _link(agent, mine, below, "spouse")
        assert await _seen(agent, below) == [("spouse", "mine")]
    async with owner.service.http(owner.service.caller()) as stranger:
        assert (await stranger.get(path)).status_code == 404


async def test_a_sub_client_is_made_and_linked_in_one_step(owner: Person, events: Events) -> None:
    """CL-76: both or neither; with an id of the caller's the same again is the same."""
    main = await owner.make_client("main")
    body = {"kind": "branch", "title": "فرع جدة", "client": {"id": str(new_id()), "name": "جدة"}}
    path = f"{main['url']}/sub-clients"
    answer = await owner.http.post(path, json=body)
    link = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (
        201, f"/v1/client-links/{link['id']}",
    )  # fmt: skip
    assert (link["relation"], link["client"]["name"], link["title"]) == ("branch", "جدة", "فرع جدة")
    again = await owner.http.post(path, json=body)
    assert (again.status_code, again.json()) == (200, link)
    assert await owner.found(q="جدة") == ["جدة"]
    bad = {"client": {"name": "x", "folder_id": str(uuid4())}}
    assert (await owner.refused("POST", path, bad))[0] == 422
    assert await owner.found(q="x") == []
    unknown = f"/v1/clients/{uuid4()}/sub-clients"
    assert (await owner.refused("POST", unknown, {"client": {"name": "x"}}))[0] == 404
    told = [(e["type"], e["clientid"]) for e in await events(owner.caller) if "clientid" in e][1:]
    made = link["client"]["id"]
    assert told == [
        ("clients.client.created", made), ("clients.client.subclient_added", main["id"]),
        ("clients.client_link.added", made),
    ]  # fmt: skip
    async with owner.colleague(permissions=frozenset({"clients:read"})) as reader:
        assert (await reader.refused("POST", path, {"client": {"name": "x"}}))[0] == 403


async def test_others_hear_of_both_sides_and_of_no_other_client(
    owner: Person, events: Events
) -> None:
    """CL-76, CL-90: an event on one client's timeline does not name the other."""
    one, two = await owner.make_client("one"), await owner.make_client("two")
    spouses = await _link(owner, one, two, "spouse")
    below = await _link(owner, one, two, "sub_client")
    await owner.patch(f"/v1/client-links/{below['id']}", {"title": "x"})
    await owner.http.delete(f"/v1/client-links/{spouses['id']}")
    told = [e for e in await events(owner.caller) if "link" in str(e["data"])]
    contracts = {"clients.client.subclient_added": events_pb2.SubclientAdded}
    for event in told:
        other = {one["id"], two["id"]} - {event["clientid"]}
        assert other.pop() not in str(event["data"])
        message = ParseDict(
            event["data"], contracts.get(event["type"], events_pb2.ClientLinkChanged)()
        )
        assert event["data"] == MessageToDict(
            message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
        )
        assert event["type"] in SUMMARIES and UUID(event["data"]["client_id"])
    verbs = [event["type"].split(".")[-1] for event in told]
    assert verbs == ["added"] * 2 + ["subclient_added", "added"] + ["updated"] * 2 + ["deleted"] * 2
    assert [e["data"].get("relation") for e in told[2:4]] == [None, "main_client"]
