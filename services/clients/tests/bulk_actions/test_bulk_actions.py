"""One action on many clients: done once each, as far as one may, and taken back."""

from typing import Any
from uuid import uuid4

import pytest

from clients.bulk_actions import rules
from services.clients.tests.conftest import Events, Worker
from services.clients.tests.factories import Json, Person

STAFF = {"user_id": str(uuid4()), "role": "owner"}
_MOVING = {"version", "updated_at", "last_activity_at"}


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several of them, also with a few clients."""
    monkeypatch.setattr(rules, "PAGE", 2)


async def begun(person: Person, action: Json, **chosen: Any) -> str:
    answer = await person.http.post("/v1/clients/bulk", json={"action": action, **chosen})
    assert answer.status_code == 202, answer.text
    job_id: str = answer.json()["job_id"]
    assert answer.headers["location"] == f"/v1/jobs/{job_id}"
    return job_id


async def shown(person: Person, clients: list[Json]) -> list[Json]:
    found = [await person.get(client["url"]) for client in clients]
    return [{k: v for k, v in one.items() if k not in _MOVING} for one in found]


async def test_what_a_filter_finds_is_changed_once_each(
    owner: Person, worker: Worker, events: Events
) -> None:
    """CL-74: the list's own filters; an event for each as if done singly."""
    leads = [await owner.make_client(kind="lead") for _ in range(5)]
    other = await owner.make_client(kind="client")
    job = await begun(owner, {"type": "tags", "add": ["VIP"]}, filter={"kind": ["lead"]})
    before = await owner.get(f"/v1/jobs/{job}")
    assert (before["status"], before["result"]) == ("queued", None)
    assert await worker.run(owner, at_once=2) == 1
    after = await owner.get(f"/v1/jobs/{job}")
    assert after["status"] == "done"
    assert after["progress"] == {"done": 5, "total": 5, "percent": 100}
    assert after["result"] == {"changed": 5, "unchanged": 0, "refused": 0, "refusals": []}
    assert [one["tags"] for one in await shown(owner, leads)] == [["VIP"]] * 5
    assert (await owner.get(other["url"]))["version"] == 1
    told = [e for e in await events(owner.caller) if e["type"] == "clients.client.tagged"]
    assert sorted(e["clientid"] for e in told) == sorted(one["id"] for one in leads)
    assert {e["actor"] for e in told} == {owner.caller.principal}


async def _actions(owner: Person) -> dict[str, Json]:
    place = await owner.folder("Active")
    lead = await owner.folder("Leads")
    pinned = await owner.post(
        "/v1/follow-up-statuses", {"name": "مثبت", "color": "#336699", "kind": "pinned"}
    )
    return {
        "move": {"folder_id": place["id"], "status_id": place["statuses"][1]["id"]},
        "status": {"status_id": lead["statuses"][1]["id"], "pinned_status_id": pinned["id"]},
        "tags": {"add": ["VIP"], "remove": ["تسويق"]},
        "staff": {"add": [STAFF]},
        "archive": {},
    }


@pytest.mark.parametrize("kind", ["move", "status", "tags", "staff", "archive"])
async def test_an_action_undone_leaves_everything_as_it_was(
    owner: Person, worker: Worker, kind: str
) -> None:
    """CL-74: also for those who had part of it already; undoing twice is undoing once."""
    some = [await owner.make_client(tags=["تسويق", "مستهدف للبيع الإضافي"]) for _ in range(3)]
    some.append(
        await owner.make_client(tags=["VIP", "تسويق"], staff=[{**STAFF, "role": "watcher"}])
    )
    action = {"type": kind, **(await _actions(owner))[kind]}
    before = await shown(owner, some)
    job = await begun(owner, action, ids=[one["id"] for one in some])
    assert await owner.refused("POST", f"/v1/clients/bulk/{job}/undo") == (409, "job_running")
    await worker.run(owner)
    changed = await shown(owner, some)
    assert all(old != new for old, new in zip(before, changed, strict=True))
    undo = (await owner.post(f"/v1/clients/bulk/{job}/undo"))["job_id"]
    await worker.run(owner, at_once=2)
    assert await shown(owner, some) == before
    done = await owner.get(f"/v1/jobs/{undo}")
    assert (done["result"], done["undo_of_id"]) == ({"undone": 4, "kept": 0}, job)
    assert (await owner.post(f"/v1/clients/bulk/{job}/undo"))["job_id"] == undo
    assert await worker.run(owner) == 0


async def test_what_somebody_changed_since_is_kept(owner: Person, worker: Worker) -> None:
    """CL-74: the undo takes back what the action did, and nothing that came after it."""
    first, second = [await owner.make_client() for _ in range(2)]
    active, closed = await owner.folder("Active"), await owner.folder("Closed")
    ids = [first["id"], second["id"]]
    move = await begun(owner, {"type": "move", "folder_id": active["id"]}, ids=ids)
    tag = await begun(owner, {"type": "tags", "add": ["VIP"]}, ids=ids)
    await worker.run(owner)
    await owner.post(f"{second['url']}/move", {"folder_id": closed["id"]})
    await owner.post(f"{second['url']}/tags", {"add": ["تسويق"]})
    undone = [(await owner.post(f"/v1/clients/bulk/{job}/undo"))["job_id"] for job in (move, tag)]
    await worker.run(owner)
    assert (await owner.get(first["url"]))["folder_id"] == first["folder_id"]
    found = await owner.get(second["url"])
    assert (found["folder_id"], found["tags"]) == (closed["id"], ["تسويق"])
    results = [(await owner.get(f"/v1/jobs/{job}"))["result"] for job in undone]
    assert results == [{"undone": 1, "kept": 1}, {"undone": 2, "kept": 0}]


async def test_what_may_not_be_written_is_reported_and_left(owner: Person, worker: Worker) -> None:
    """GW-02, GW-03: hidden ones as unknown, those only seen as not writable."""
    async with owner.colleague(visibility="assigned") as agent:
        user = str(agent.caller.user_id)
        mine = await owner.make_client(staff=[{"user_id": user, "role": "owner"}])
        seen = await owner.make_client(staff=[{"user_id": user, "role": "watcher"}])
        hidden = await owner.make_client()
        ids = [one["id"] for one in (mine, seen, hidden)]
        job = await begun(agent, {"type": "tags", "add": ["VIP"]}, ids=ids)
        everybody = await begun(agent, {"type": "archive"}, filter={})
        await worker.run(agent)
        result = (await agent.get(f"/v1/jobs/{job}"))["result"]
        codes = {one["client_id"]: one["code"] for one in result["refusals"]}
        assert codes == {seen["id"]: "folder_not_writable", hidden["id"]: "client_not_found"}
        assert result["refusals"][0]["message"].keys() == {"ar", "en"}
        counts = (await agent.get(f"/v1/jobs/{everybody}"))["result"]
        assert (counts["changed"], counts["refused"]) == (1, 1)
        assert hidden["id"] not in str(counts)
    assert (await owner.get(mine["url"]))["tags"] == ["VIP"]
    assert [(await owner.get(one["url"]))["version"] for one in (seen, hidden)] == [1, 1]


async def test_a_job_is_its_makers_and_those_who_manage_everything(
    owner: Person, worker: Worker
) -> None:
    """GW-04"""
    client = await owner.make_client()
    job = await begun(owner, {"type": "archive"}, ids=[client["id"]])
    manages = frozenset({"clients:read", "clients:write", "clients:manage"})
    async with (
        owner.colleague() as agent, owner.colleague(permissions=manages) as manager,
        owner.colleague(permissions=manages, visibility="assigned") as part,
    ):  # fmt: skip
        for one in (agent, part):
            assert (await one.get("/v1/jobs"))["items"] == []
            for method, path in (("GET", ""), ("POST", "/cancel")):
                found = await one.refused(method, f"/v1/jobs/{job}{path}")
                assert found == (404, "job_not_found")
            found = await one.refused("POST", f"/v1/clients/bulk/{job}/undo")
            assert found == (404, "job_not_found")
        assert [one["id"] for one in (await manager.get("/v1/jobs"))["items"]] == [job]
        assert (await manager.post(f"/v1/jobs/{job}/cancel"))["status"] == "cancelled"
    await worker.run(owner)
    assert (await owner.get(client["url"]))["archived"] is False
    assert (await owner.get("/v1/jobs", status="queued"))["items"] == []


async def test_a_job_of_somebody_gone_ends(owner: Person, worker: Worker) -> None:
    """GW-04: rights are those one has when the work is done."""
    client = await owner.make_client()
    async with owner.colleague() as agent:
        job = await begun(agent, {"type": "archive"}, ids=[client["id"]])
    await worker.run(owner)
    found = await owner.get(f"/v1/jobs/{job}")
    assert (found["status"], found["error"]["code"]) == ("failed", "maker_gone")
    assert await owner.refused("POST", f"/v1/jobs/{job}/cancel") == (409, "job_ended")
    assert (await owner.get(client["url"]))["archived"] is False


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"action": {"type": "archive"}}, "body"),
        ({"action": {"type": "delete"}, "ids": [str(uuid4())]}, "action"),
        ({"action": {"type": "archive"}, "ids": []}, "ids"),
        ({"action": {"type": "archive"}, "filter": {"colour": ["red"]}}, "filter.colour"),
        ({"action": {"type": "move", "folder_id": str(uuid4())}, "filter": {}}, "folder_id"),
        ({"action": {"type": "move"}, "filter": {}}, "action.move.folder_id"),
    ],
)
async def test_what_could_succeed_for_nobody_is_refused_at_once(
    owner: Person, body: Json, field: str
) -> None:
    answer = await owner.http.post("/v1/clients/bulk", json=body)
    assert answer.status_code == 422, answer.text
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert (await owner.get("/v1/jobs"))["items"] == []
