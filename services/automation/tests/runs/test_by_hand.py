"""Runs by hand, dry runs, and who sees runs."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from chassis.caller import Caller, system
from chassis.ids import new_id
from chassis.testing.harness import Harness
from refs import clients as memory
from refs import lag, people
from refs import peers as asking
from services.automation.tests.conftest import Deliver, RunJobs, Runs
from services.automation.tests.factories import (
    FakePeers,
    make_client,
    make_event,
    make_tenant,
    make_user,
)  # fmt: skip

TAG = {"type": "add_tags", "tags": ["VIP"]}
MAIL = {"type": "send_message", "channel": "email", "subject": "x", "body": "{{ client.name }}"}
IS_VIP = {"field": "client.tags", "operator": "contains", "value": "VIP"}


@pytest.fixture
async def client(automation: Harness, peers: FakePeers, owner: Caller) -> dict[str, Any]:
    """A client that automation has heard of, and its owner as an active user."""
    made = make_client()
    peers.clients[made["id"]] = made
    async with automation.context.database.work(system(owner.tenant_id, "automation")) as work:
        await memory.remember_clients(work, [made])
        await people.remember_tenant(work, make_tenant(owner))
    return made


async def test_a_flow_is_run_by_hand(
    make: Any, api: httpx.AsyncClient, run_jobs: RunJobs, client: Any, peers: FakePeers, runs: Runs
) -> None:
    """AU-13: for this client, and what came of it is shown."""
    flow = await make(trigger={"manual": True}, steps=[TAG, MAIL])
    path, body = f"/v1/flows/{flow['id']}/run", {"client_id": client["id"]}
    asked = await api.post(path, json=body, headers={"Idempotency-Key": "1"})
    again = await api.post(path, json=body, headers={"Idempotency-Key": "1"})
    assert asked.status_code == again.status_code == 201
    assert asked.headers["Location"].endswith(asked.json()["id"])
    assert asked.json() == again.json() and asked.json()["status"] == "pending"
    assert await run_jobs() == 1
    [run] = await runs(client_id=client["id"])
    assert (run["status"], run["event"]["type"]) == ("completed", "manual")
    assert peers.made("send_message")[0]["body"] == "سارة الحربي"


async def test_a_flow_is_not_run_for_whom_it_is_not_meant(
    make: Any, api: httpx.AsyncClient, client: Any
) -> None:
    flow = await make(trigger={"manual": True, "folder_id": str(new_id())})
    off = await make(enabled=False)
    for path, about, status, code in (
        (flow["id"], client["id"], 409, "client_not_in_folder"),
        (off["id"], client["id"], 409, "flow_disabled"),
        (flow["id"], str(new_id()), 404, "client_not_found"),
    ):
        answer = await api.post(f"/v1/flows/{path}/run", json={"client_id": about})
        assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_runs_of_hidden_clients_are_hidden(
    make: Any, deliver: Deliver, automation: Harness, owner: Caller, client: Any, runs: Runs
) -> None:
    await make()
    hidden = make_client()
    async with automation.context.database.work(system(owner.tenant_id, "automation")) as work:
        await memory.remember_clients(work, [hidden])
    await deliver(make_event(owner, client), make_event(owner, hidden), make_event(owner))
    assert len(await runs()) == 3
    agent = automation.caller(
        owner.tenant_id, is_owner=False, visibility="folders", user_id=new_id(),
        permissions=frozenset({"automation:read", "automation:write"}),
    )  # fmt: skip
    seen = make_client(staff=[{"user_id": str(agent.user_id), "role": "owner"}])
    async with automation.context.database.work(system(owner.tenant_id, "automation")) as work:
        await memory.remember_clients(work, [seen])
    await deliver(make_event(owner, seen))
    ids = {run["client_id"]: run["id"] for run in await runs()}
    async with automation.http(agent) as api:
        listed = (await api.get("/v1/runs", params={"count": "true"})).json()
        assert [run["client_id"] for run in listed["items"]] == [seen["id"]]
        assert listed["total"] == 1
        for verb in ("cancel", "retry"):
            answer = await api.post(f"/v1/runs/{ids[hidden['id']]}/{verb}")
            assert answer.status_code == 404
        assert (await api.get(f"/v1/runs/{ids[client['id']]}")).status_code == 404
        assert (await api.get(f"/v1/runs/{ids[seen['id']]}")).status_code == 200


async def test_who_sees_a_run_is_asked_of_clients_while_access_comes_late(
    make: Any, deliver: Deliver, automation: Harness, owner: Caller, peers: FakePeers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """GW-02: nobody has looked how late it is, and clients says what was taken away."""
    agent = automation.caller(
        owner.tenant_id, is_owner=False, visibility="assigned",
        permissions=frozenset({"automation:read", "automation:write"}),
    )  # fmt: skip
    seen, shown, taken = (
        make_client(staff=[{"user_id": str(agent.user_id), "role": "owner"}]) for _ in range(3)
    )
    flow = await make(trigger={"manual": True})
    by_event = await make()
    async with automation.context.database.work(system(owner.tenant_id, "automation")) as work:
        await memory.remember_clients(work, [seen, shown, taken])
    await deliver(*(make_event(owner, one) for one in (seen, shown, taken)))

    async def visible(_: Any, __: Any, asked: list[UUID]) -> asking.Seen:
        found = frozenset(asked)
        return asking.Seen(found - {UUID(taken["id"])}, found & {UUID(seen["id"])})

    monkeypatch.setattr(asking, "visible_clients", visible)
    monkeypatch.setattr(lag.Watch, "is_late", True)
    async with automation.http(agent) as api:
        listed = (await api.get("/v1/runs", params={"flow_id": by_event["id"]})).json()["items"]
        ids = {run["client_id"]: run["id"] for run in listed}
        assert ids.keys() == {seen["id"], shown["id"], taken["id"]}
        await lag.watch(automation.context)
        for client, statuses in (
            (seen, (200, 201, 200)), (shown, (200, 403, 403)), (taken, (404, 404, 404)),
        ):  # fmt: skip
            run, about = f"/v1/runs/{ids[client['id']]}", {"client_id": client["id"]}
            assert (
                (await api.get(run)).status_code,
                (await api.post(f"/v1/flows/{flow['id']}/run", json=about)).status_code,
                (await api.post(f"{run}/cancel")).status_code,
            ) == statuses
    automation.context.draining = True


async def test_runs_are_found_by_flow_client_and_status(
    make: Any, deliver: Deliver, run_jobs: RunJobs, owner: Caller, client: Any, runs: Runs
) -> None:
    flow = await make(steps=[{"type": "wait", "days": 1}])
    await make(steps=[TAG])
    await deliver(make_event(owner, client))
    await run_jobs()
    assert len(await runs(flow_id=flow["id"])) == 1
    assert len(await runs(client_id=client["id"])) == 2
    assert len(await runs(status="waiting")) == 1
    assert len(await runs(status=["waiting", "completed"])) == 2
    assert await runs(created_to="2020-01-01T00:00:00Z") == []


async def test_a_dry_run_does_nothing_and_tells_everything(
    make: Any, api: httpx.AsyncClient, client: Any, peers: FakePeers, runs: Runs, events: Any,
    run_jobs: RunJobs,
) -> None:  # fmt: skip
    """The same engine with effects recorded: later steps see what earlier ones would change."""
    flow = await make(enabled=False, steps=[
        TAG, {"type": "wait", "months": 3},
        {"type": "branch", "condition": IS_VIP, "then": [MAIL], "else": [
            {"type": "remove_tags", "tags": ["VIP"]}]},
    ])  # fmt: skip
    told = await events()
    answer = await api.post(f"/v1/flows/{flow['id']}/test", json={"client_id": client["id"]})
    assert answer.status_code == 200, answer.text
    trial = answer.json()
    assert (trial["status"], trial["starts"]) == ("completed", True)
    steps = {step["path"]: step for step in trial["steps"]}
    assert steps["0"]["input"] == {"client_id": client["id"], "tags": ["VIP"]}
    assert steps["1"]["output"]["until"]
    assert steps["2"]["output"] == {"taken": "then"}
    assert steps["2.then.0"]["input"]["body"] == "سارة الحربي"
    assert steps["2.else.0"]["reason"] == "branch_not_taken"
    assert peers.calls == [] and client["tags"] == []
    assert await runs() == [] and await events() == told and await run_jobs(seconds=10**8) == 0


async def test_a_dry_run_says_why_it_would_not_start(
    make: Any, api: httpx.AsyncClient, client: Any
) -> None:
    flow = await make(trigger={"event": "clients.client.tagged", "condition": IS_VIP})
    path = f"/v1/flows/{flow['id']}/test"
    trial = (await api.post(path, json={"client_id": client["id"]})).json()
    assert (trial["status"], trial["reason"], trial["starts"]) == (
        "skipped", "condition_not_met", False,
    )  # fmt: skip
    assert trial["findings"] == [
        {"field": "client.tags", "operator": "contains", "value": "VIP", "actual": [],
         "holds": False}
    ]  # fmt: skip
    event = {"type": "clients.client.tagged", "data": {"client": make_client(tags=["VIP"])}}
    assert (await api.post(path, json={"event": event})).json()["starts"] is True
    other = await api.post(path, json={"event": event | {"type": "clients.client.created"}})
    assert other.json()["reason"] == "another_event"
    for body in ({}, {"client_id": client["id"], "event": event}, {"event": {"type": "a.*"}}):
        assert (await api.post(path, json=body)).status_code == 422
    unknown = await api.post(path, json={"client_id": str(new_id())})
    assert unknown.status_code == 404


async def test_a_dry_run_knows_that_the_editor_left(
    make: Any, automation: Harness, api: httpx.AsyncClient, client: Any, owner: Caller
) -> None:
    gone, role = automation.caller(owner.tenant_id), str(owner.role_id)
    flow = await make()
    async with automation.http(gone) as other:
        await other.patch(f"/v1/flows/{flow['id']}", json={"steps": [TAG]})
    async with automation.context.database.work(system(owner.tenant_id, "automation")) as work:
        await people.remember_users(work, [make_user(gone, is_active=False, role_id=role)])
    answer = await api.post(f"/v1/flows/{flow['id']}/test", json={"client_id": client["id"]})
    assert answer.json()["reason"] == "editor_has_no_access"


async def test_a_text_that_grows_too_large_fails_its_step(
    make: Any, api: httpx.AsyncClient, client: Any
) -> None:
    bomb = "{% for i in (1..300) %}{% for j in (1..300) %}{{ client.name }}{% endfor %}{% endfor %}"
    flow = await make(steps=[{"type": "add_tags", "tags": [bomb]}])
    trial = (
        await api.post(f"/v1/flows/{flow['id']}/test", json={"client_id": client["id"]})
    ).json()
    assert (trial["status"], trial["reason"]) == ("failed", "text_too_large")


@pytest.mark.parametrize(
    "data", [{"client": "x"}, {"client": ["x"]}, {"client": {"emails": ["x"], "phones": 5}},
             {"client": {"id": {"a": 1}, "tags": 5, "staff": ["x"]}}, {"client": None}],
)  # fmt: skip
async def test_an_event_made_up_badly_is_no_fault_of_ours(
    make: Any, api: httpx.AsyncClient, data: Any
) -> None:
    flow = await make()
    event = {"type": "clients.client.created", "data": data}
    answer = await api.post(f"/v1/flows/{flow['id']}/test", json={"event": event})
    assert answer.status_code == 200, answer.text
