"""Runs from the event to the last step, in process, with other services that obey."""

from datetime import datetime, timedelta
from typing import Any

import httpx

from chassis.caller import Caller
from chassis.clock import utc_now
from chassis.ids import new_id
from chassis.testing.harness import Harness
from services.automation.tests.conftest import Deliver, RunJobs, Runs
from services.automation.tests.factories import FakePeers, make_client, make_event

TAG = {"type": "add_tags", "tags": ["VIP"]}
MAIL = {"type": "send_message", "channel": "email", "subject": "x", "body": "{{ client.name }}"}


def _later(by: timedelta) -> datetime:
    return utc_now() + by


async def test_an_event_starts_a_flow_and_each_step_is_done(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, peers: FakePeers, owner: Caller,
    events: Any, client: Any, api: httpx.AsyncClient,
) -> None:  # fmt: skip
    """AU-01, AU-03: a client is created; it is tagged and written to."""
    flow = await make()
    await deliver(make_event(owner, dict(client)))
    assert await run_jobs() == 1
    [run] = await runs()
    assert run["status"] == "completed"
    assert [step["status"] for step in run["steps"]] == ["completed", "completed"]
    assert client["tags"] == ["VIP"]
    [message] = peers.made("send_message")
    assert message["subject"] == "مرحبًا سارة الحربي"
    assert run["flow_id"] == flow["id"] and run["url"] == f"/v1/clients/{client['id']}"
    told = [(event["type"], event.get("clientid")) for event in await events()]
    assert told == [
        ("automation.flow.created", None), ("automation.run.started", client["id"]),
        ("automation.run.completed", client["id"]),
    ]  # fmt: skip
    assert peers.got == []  # the event told all about the client
    shown = (await api.get(f"/v1/flows/{flow['id']}")).json()
    assert (shown["run_count"], shown["error_count"]) == (1, 0) and shown["last_run_at"]


async def test_steps_act_for_the_last_editor_in_the_name_of_the_flow(
    make: Any, deliver: Deliver, run_jobs: RunJobs, peers: FakePeers, owner: Caller, client: Any,
    runs: Runs,
) -> None:  # fmt: skip
    flow = await make()
    await deliver(make_event(owner, client, depth=2))
    await run_jobs()
    [run] = await runs()
    for asker in peers.askers:
        assert asker.caller.principal == f"flow:{flow['id']}"
        assert asker.caller.user_id == owner.user_id
        assert (asker.trail.cause, asker.trail.depth) == (run["id"], 3)
    assert set(peers.answers) == {f"run/{run['id']}/0", f"run/{run['id']}/1"}


async def test_a_condition_asks_what_no_event_tells(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, peers: FakePeers, owner: Caller,
    client: Any,
) -> None:  # fmt: skip
    """CL-84: days since the last contact, of a client that the event itself tells of."""
    quiet = {"field": "client.days_since_contact", "operator": "gte", "value": 30}
    await make(trigger={"event": "clients.client.created", "condition": quiet})
    for days, count in ((29, 0), (30, 1)):
        client["days_since_contact"] = days
        told = {name: client[name] for name in client if name != "days_since_contact"}
        await deliver(make_event(owner, told))
        await run_jobs()
        assert len([one for one in await runs() if one["status"] == "completed"]) == count
    assert peers.got == [client["id"]] * 2


async def test_an_event_delivered_again_starts_nothing_more(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, peers: FakePeers, owner: Caller,
    client: Any, automation: Harness, api: httpx.AsyncClient,
) -> None:  # fmt: skip
    """AU-02: at least once, de-duplicated."""
    flow = await make()
    event = make_event(owner, client)
    await deliver(event, event)
    await deliver(event)
    async with automation.context.database.plumbing() as connection:
        await connection.execute("delete from inbox")
    await deliver(event)
    await api.patch(f"/v1/flows/{flow['id']}", json={"steps": [TAG]})
    async with automation.context.database.plumbing() as connection:
        await connection.execute("delete from inbox")
    await deliver(event)
    assert await run_jobs() == 1
    assert len(await runs()) == 1 and len(peers.calls) == 2


async def test_only_events_of_type_folder_and_condition_start_it(
    make: Any, deliver: Deliver, runs: Runs, owner: Caller
) -> None:
    """AU-05, AU-21: bound to a folder and to a condition."""
    folder = str(new_id())
    await make(trigger={
        "event": "clients.client.*", "folder_id": folder,
        "condition": {"field": "client.source", "operator": "eq", "value": "expo"},
    })  # fmt: skip
    await make(enabled=False)
    inside = make_client(folder_id=folder)
    await deliver(
        make_event(owner, make_client()), make_event(owner, inside | {"source": "web"}),
        make_event(owner, inside, type="comms.message.sent"), make_event(owner),
    )  # fmt: skip
    assert await runs() == []
    await deliver(make_event(owner, inside, type="clients.client.tagged"))
    assert len(await runs()) == 1


async def test_a_flow_switched_on_a_moment_ago_is_not_missed(
    make: Any, deliver: Deliver, runs: Runs, owner: Caller, client: Any, api: httpx.AsyncClient
) -> None:
    flow = await make(enabled=False)
    await deliver(make_event(owner, client))
    await api.patch(f"/v1/flows/{flow['id']}", json={"enabled": True})
    await deliver(make_event(owner, client))
    await api.patch(f"/v1/flows/{flow['id']}", json={"enabled": False})
    await deliver(make_event(owner, client))
    assert len(await runs()) == 1


async def test_what_the_event_does_not_tell_of_the_client_is_asked_for(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, peers: FakePeers, owner: Caller,
    client: Any,
) -> None:  # fmt: skip
    """AU-08: a message was sent; the condition is about its client."""
    condition = {"field": "client.source", "operator": "eq", "value": "expo"}
    await make(trigger={"event": "comms.message.sent", "condition": condition}, steps=[MAIL, TAG])
    other = make_client(source="web")
    peers.clients[other["id"]] = other
    gone = make_client()
    for about in (client, other, gone):
        await deliver(
            make_event(owner, about, type="comms.message.sent", data={"channel": "email"})
        )
    assert await run_jobs() == 3
    [run] = await runs()
    assert (run["client_id"], run["status"]) == (client["id"], "completed")
    assert peers.made("send_message")[0]["body"] == "سارة الحربي"


async def test_a_branch_goes_one_way_and_says_why_the_other_was_left(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, peers: FakePeers, owner: Caller,
    client: Any,
) -> None:  # fmt: skip
    """AU-19: the branch sees the client as the step before left it."""
    notify = {"type": "notify", "title": "x", "client_staff": True}
    is_vip = {"field": "client.tags", "operator": "contains", "value": "VIP"}
    branch = {"type": "branch", "condition": is_vip, "then": [MAIL], "else": [notify]}
    await make(steps=[TAG, branch])
    await deliver(make_event(owner, dict(client, tags=[])))
    await run_jobs()
    [run] = await runs()
    steps = {step["path"]: step for step in run["steps"]}
    assert steps["1"]["output"] == {"taken": "then"}
    assert steps["1.then.0"]["status"] == "completed"
    assert (steps["1.else.0"]["status"], steps["1.else.0"]["reason"]) == (
        "skipped",
        "branch_not_taken",
    )
    assert peers.made("notify") == []


async def test_a_run_waits_and_goes_on_with_the_client_as_it_is_then(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, peers: FakePeers, owner: Caller,
    client: Any, automation: Harness,
) -> None:  # fmt: skip
    """AU-18, AU-19: where it stands, why it waits, what comes next."""
    await make(steps=[TAG, {"type": "wait", "hours": 1}, MAIL])
    await deliver(make_event(owner, dict(client)))
    await run_jobs()
    [run] = await runs()
    assert (run["status"], run["position"]) == ("waiting", "1")
    assert run["steps"][1]["until"] == run["due_at"].replace("Z", "+00:00") or run["due_at"]
    assert await run_jobs(seconds=3500) == 0
    client["name"] = "سارة الزهراني"
    automation.context.database.clock = lambda: utc_now() + timedelta(hours=1)
    assert await run_jobs(seconds=3601) == 1
    [run] = await runs()
    assert run["status"] == "completed"
    assert peers.made("send_message")[0]["body"] == "سارة الزهراني"
    assert len(peers.made("tag_client")) == 1


async def test_an_event_that_starts_nothing_costs_no_write(
    make: Any, deliver: Deliver, owner: Caller, client: Any, automation: Harness
) -> None:
    """AU-09: every event is heard, few are noted."""
    await make(trigger={"event": "clients.client.archived"})
    await deliver(*(make_event(owner, client) for _ in range(3)))
    async with automation.context.database.plumbing() as connection:
        assert await connection.fetchval("select count(*) from inbox") == 0
    await deliver(make_event(owner, client, type="clients.client.archived"))
    async with automation.context.database.plumbing() as connection:
        assert await connection.fetchval("select count(*) from inbox") == 1


async def test_a_change_of_status_starts_a_flow_by_where_it_came_from_and_went(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, owner: Caller, client: Any
) -> None:
    """AU-04: conditions on the old and the new status; AU-16: the status is changed again."""
    old, new = str(new_id()), str(new_id())
    condition = {"all": [
        {"field": "event.from_status_id", "operator": "eq", "value": old},
        {"field": "event.to_status_id", "operator": "in", "value": [new]},
    ]}  # fmt: skip
    steps = [{"type": "change_status", "status_id": old, "reason": "{{ event.reason }}"}]
    trigger = {"event": "clients.client.status_changed", "condition": condition}
    await make(trigger=trigger, steps=steps)
    changes = {"from_status_id": old, "to_status_id": new, "reason": "رد"}
    for data in (changes, changes | {"to_status_id": old}):
        event = {"client": client, **data}
        await deliver(make_event(owner, client, type="clients.client.status_changed", data=event))
    await run_jobs()
    [run] = await runs()
    assert run["steps"][0]["input"] == {
        "client_id": client["id"], "status_id": old, "reason": "رد",
    }  # fmt: skip
    assert client["status_id"] == old


async def test_staff_are_told_and_the_client_moves_on(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, peers: FakePeers, owner: Caller,
    client: Any,
) -> None:  # fmt: skip
    """AU-12, AU-17: alerts for users, teams, roles and whoever the client is assigned to."""
    client["staff"] = [{"user_id": str(owner.user_id), "role": "owner"}]
    team, folder = str(new_id()), str(new_id())
    await make(steps=[
        {"type": "move_folder", "folder_id": folder},
        {"type": "notify", "team_ids": [team], "client_staff": True,
         "title": "{{ client.name }} في {{ client.folder_id }}"},
    ])  # fmt: skip
    await deliver(make_event(owner, dict(client)))
    await run_jobs()
    [told] = peers.made("notify")
    assert (told["team_ids"], told["user_ids"]) == ([team], [str(owner.user_id)])
    assert told["title"].endswith(folder) and client["folder_id"] == folder
    assert [run["status"] for run in await runs()] == ["completed"]
