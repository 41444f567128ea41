"""Segments: saved filters of the client list, checked as the list checks them."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from diwan.clients.v1 import events_pb2, segments_pb2
from google.protobuf.json_format import MessageToDict, ParseDict

from chassis.caller import Caller
from chassis.errors import NotFound
from clients.segments.servicer import Segments
from services.clients.tests.conftest import Events
from services.clients.tests.factories import Person


async def _segment(person: Person, name: str = "شريحة", **body: Any) -> Any:
    return await person.post("/v1/segments", {"name": name, **body})


async def _clients(person: Person, segment: Any, **query: Any) -> list[str]:
    found = await person.get(f"/v1/segments/{segment['id']}/clients", sort="name", **query)
    return [item["name"] for item in found["items"]]


async def test_a_segment_is_the_list_it_saves(owner: Person) -> None:
    """CL-07: the same filters, texts and custom fields together, with what is true now."""
    sizes = {"key": "size", "label": "المقاس", "type": "text"}
    await owner.post("/v1/custom-fields", sizes)
    await owner.make_client("عبدالله", tags=["VIP"], custom_fields={"size": "L"})
    await owner.make_client("سارة", tags=["VIP"])
    await owner.make_client("خالد")
    vip = await _segment(owner, filter={"tag": ["VIP"]})
    assert vip["filter"] == {"tag": ["VIP"]}
    assert await _clients(owner, vip) == ["سارة", "عبدالله"]
    narrow = await _segment(owner, "2", filter={"q": "عبد الله", "custom.size": ["L"]})
    assert (
        await _clients(owner, narrow)
        == ["عبدالله"]
        == await owner.found(q="عبد الله", **{"custom.size": "L"})
    )
    assert await owner.get(f"/v1/segments/{vip['id']}/count") == {"count": 2}
    await owner.make_client("نورة", tags=["VIP"])
    path = f"/v1/segments/{vip['id']}"
    page = await owner.get(f"{path}/clients", limit=2, count=True)
    rest = await owner.get(f"{path}/clients", limit=2, cursor=page["next_cursor"])
    assert (page["total"], len(rest["items"]), rest["next_cursor"]) == (3, 1, None)
    changed = await owner.patch(path, {"filter": {"tag_none": ["VIP"]}})
    assert (changed["version"], await _clients(owner, vip)) == (2, ["خالد"])
    everybody = await _segment(owner, "الكل")
    assert len(await _clients(owner, everybody)) == 4


async def test_a_segment_shows_each_what_they_see(owner: Person) -> None:
    """CL-07: shared ones are everybody's, over the clients that each of them sees."""
    mine = await owner.make_client("mine")
    await owner.make_client("hidden")
    shared, own = await _segment(owner, "a", shared=True), await _segment(owner, "b")
    async with owner.colleague(visibility="assigned") as agent:
        member = {"user_id": str(agent.caller.user_id), "role": "watcher"}
        await owner.post(f"{mine['url']}/staff", {"add": [member]})
        assert await _clients(agent, shared) == ["mine"]
        assert await agent.get(f"/v1/segments/{shared['id']}/count") == {"count": 1}
        for what in ("", "/clients", "/count"):
            assert (await agent.refused("GET", f"/v1/segments/{own['id']}{what}"))[0] == 404
        assert [s["name"] for s in (await agent.get("/v1/segments"))["items"]] == ["a"]
        path = f"/v1/segments/{shared['id']}"
        refusal = (403, "sharing_not_allowed")
        assert await agent.refused("PATCH", path, {"name": "x"}) == refusal
        assert await agent.refused("DELETE", path) == refusal
        assert await agent.refused("POST", "/v1/segments", {"name": "x", "shared": True}) == refusal
        theirs = await _segment(agent, "a")
        assert await agent.refused("PATCH", f"/v1/segments/{theirs['id']}", {"shared": True}) == (
            refusal
        )
        assert (await owner.refused("GET", f"/v1/segments/{theirs['id']}"))[0] == 404
        assert await agent.refused("POST", "/v1/segments", {"name": "A "}) == (409, "name_taken")
        assert (await agent.http.delete(f"/v1/segments/{theirs['id']}")).status_code == 204
    listed = await owner.get("/v1/segments", shared=False, count=True)
    assert ([s["name"] for s in listed["items"]], listed["total"]) == (["b"], 1)
    async with owner.colleague(permissions=frozenset({"clients:read"})) as reader:
        assert (await reader.refused("POST", "/v1/segments", {"name": "x"}))[0] == 403
        assert (await reader.refused("DELETE", path))[0] == 403
    async with owner.service.http(owner.service.caller()) as stranger:
        assert (await stranger.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": ["nobody"]}, "filter.kind.0"), ({"folder_id": ["x"]}, "filter.folder_id.0"),
        ({"size": ["L"]}, "filter.size"), ({"custom.none": ["L"]}, "filter.custom.none"),
        ({"serial_from": -1}, "filter.serial_from"), ({"q": "a\0"}, "filter"),
        ({"custom.x": "L"}, "filter.custom.x"), ({"q": "x" * 201}, "filter.q"),
        ({"last_activity_from": "2026-01-01T00:00:00"}, "filter.last_activity_from"),
    ],
)  # fmt: skip
async def test_what_the_list_would_refuse_is_not_saved(
    owner: Person, given: Any, field: str
) -> None:
    """CL-07"""
    body = {"name": "x", "filter": given}
    response = await owner.http.post("/v1/segments", json=body)
    assert response.status_code == 422, response.text
    assert [fault["field"] for fault in response.json()["errors"]] == [field]


async def test_sensitive_values_are_not_saved(owner: Person) -> None:
    """CL-07, CL-49: neither of a custom field nor an identity number."""
    field = {"key": "iban", "label": "IBAN", "type": "text", "sensitive": True}
    await owner.post("/v1/custom-fields", field)
    for name in ("custom.iban", "national_id"):
        body = {"name": name, "filter": {name: ["SA0380000000608010167519"]}}
        response = await owner.http.post("/v1/segments", json=body)
        assert response.status_code == 422
        assert response.json()["errors"][0]["field"] == f"filter.{name}"
        assert "SA03" not in response.text
    assert (await owner.get("/v1/segments"))["items"] == []


async def _ask(owner: Person, caller: Caller, **request: Any) -> Any:
    async with owner.service.context.database.work(caller) as work:
        asked = segments_pb2.ListSegmentClientsRequest(**request)
        return await Segments().ListSegmentClients(work, asked)


async def test_other_services_read_a_segment_page_by_page(owner: Person, events: Events) -> None:
    """CL-07: as the caller in whose name they ask, each client once."""
    made = [(await owner.make_client(str(n)))["id"] for n in range(5)]
    segment = await _segment(owner, "x", shared=True)
    found, cursor = [], ""
    while True:
        page = await _ask(owner, owner.caller, segment_id=segment["id"], limit=2, cursor=cursor,
                          count=True)  # fmt: skip
        found += page.client_ids
        assert page.total == 5
        await owner.patch(f"/v1/clients/{found[0]}", {"name": f"again {len(found)}"})
        if not (cursor := page.next_cursor):
            break
    assert found == made
    async with owner.colleague(visibility="assigned") as agent:
        page = await _ask(owner, agent.caller, segment_id=segment["id"])
        assert (list(page.client_ids), page.next_cursor) == ([], "")
    stranger = owner.service.caller()
    for caller, segment_id in ((stranger, segment["id"]), (owner.caller, "x"),
                               (owner.caller, str(uuid4()))):  # fmt: skip
        with pytest.raises(NotFound):
            await _ask(owner, caller, segment_id=segment_id)
    told = [e for e in await events(owner.caller) if e["type"] == "clients.segment.created"]
    [event] = told
    message = ParseDict(event["data"], events_pb2.SegmentChanged())
    assert UUID(event["data"]["segment_id"]) and event["data"] == MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
