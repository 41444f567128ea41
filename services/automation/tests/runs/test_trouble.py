"""Runs that are refused, stopped, too many, or that set each other off."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from automation.runs.rules import ClientNotFound
from automation.runs.use_cases.execute import Machinery
from automation.runs.use_cases.pace import Pace
from chassis.caller import Caller
from chassis.clock import utc_now
from chassis.errors import Conflict, Forbidden, Invalid, Unavailable
from chassis.idempotency import KeyReused
from chassis.ids import new_id
from chassis.testing.harness import Harness
from services.automation.tests.conftest import Deliver, RunJobs, Runs
from services.automation.tests.factories import FakePeers, make_event

TAG = {"type": "add_tags", "tags": ["VIP"]}
MAIL = {"type": "send_message", "channel": "email", "subject": "x", "body": "{{ client.name }}"}


def _later(by: timedelta) -> datetime:
    return utc_now() + by


@pytest.mark.parametrize("change", ["disable", "delete"])
async def test_a_waiting_run_of_a_flow_nobody_wants_any_more_is_cancelled(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, owner: Caller, client: Any,
    automation: Harness, api: httpx.AsyncClient, change: str, peers: FakePeers,
) -> None:  # fmt: skip
    flow = await make(steps=[{"type": "wait", "minutes": 1}, TAG])
    await deliver(make_event(owner, client))
    await run_jobs()
    path = f"/v1/flows/{flow['id']}"
    await (api.delete(path) if change == "delete" else api.patch(path, json={"enabled": False}))
    automation.context.database.clock = lambda: utc_now() + timedelta(minutes=1)
    await run_jobs(seconds=61)
    [run] = await runs()
    assert (run["status"], run["reason"]) == ("cancelled", f"flow_{change}d")
    assert peers.calls == []


async def test_a_refused_step_fails_the_run_and_is_tried_again_from_there(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, peers: FakePeers, owner: Caller,
    client: Any, api: httpx.AsyncClient, events: Any,
) -> None:  # fmt: skip
    flow = await make()
    peers.refuse("send_message", Invalid("There is no such template.", code="unknown_template"))
    await deliver(make_event(owner, client))
    await run_jobs()
    [run] = await runs(status="failed")
    assert (run["reason"], run["position"]) == ("unknown_template", "1")
    assert run["steps"][1]["detail"]["en"] == "There is no such template."
    assert (await events())[-1]["data"]["failure"] == "unknown_template"
    shown = (await api.get(f"/v1/flows/{flow['id']}")).json()
    assert (shown["error_count"], shown["last_failure"]) == (1, "unknown_template")
    retried = await api.post(f"/v1/runs/{run['id']}/retry")
    assert retried.json()["status"] == "pending"
    assert await run_jobs() == 1
    [run] = await runs()
    assert (run["status"], run["reason"]) == ("completed", None)
    assert [name for name, _ in peers.calls] == ["tag_client", "send_message"]
    again = await api.post(f"/v1/runs/{run['id']}/retry")
    assert (again.status_code, again.json()["code"]) == (409, "run_not_failed")


async def test_a_deactivated_editor_ends_the_run_and_the_flow_shows_it(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, peers: FakePeers, owner: Caller,
    client: Any, api: httpx.AsyncClient,
) -> None:  # fmt: skip
    flow = await make()
    peers.refuse("tag_client", Forbidden(code="acting_user_unknown"))
    await deliver(make_event(owner, client))
    await run_jobs()
    [run] = await runs()
    assert (run["status"], run["reason"]) == ("failed", "editor_has_no_access")
    shown = (await api.get(f"/v1/flows/{flow['id']}")).json()
    assert shown["last_failure"] == "editor_has_no_access"


async def test_a_step_without_an_object_is_skipped_and_says_why(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, peers: FakePeers, owner: Caller,
    client: Any,
) -> None:  # fmt: skip
    await make(steps=[MAIL, TAG])
    peers.refuse("send_message", Invalid("No address.", code="no_address"))
    await deliver(make_event(owner, client))
    await run_jobs()
    [run] = await runs()
    assert run["status"] == "completed"
    assert (run["steps"][0]["status"], run["steps"][0]["reason"]) == ("skipped", "no_address")


async def test_a_service_that_is_away_delays_the_run_and_is_asked_the_same_again(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, peers: FakePeers, owner: Caller,
    client: Any, automation: Harness, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    await make(steps=[TAG, MAIL])
    peers.refuse("send_message", Unavailable(), RuntimeError("a fault"))
    await deliver(make_event(owner, dict(client)))
    await run_jobs()
    [run] = await runs()
    assert (run["status"], run["reason"], run["position"]) == (
        "waiting",
        "service_unavailable",
        "1",
    )
    client["name"] = "another"
    for seconds in (2, 6):
        monkeypatch.setattr(
            automation.context.database, "clock", partial(_later, timedelta(seconds=seconds))
        )
        assert await run_jobs(seconds=seconds + 1) == 1
    [run] = await runs()
    assert run["status"] == "completed"
    assert [name for name, _ in peers.calls] == ["tag_client", "send_message"]
    assert peers.made("send_message")[0]["body"] == "سارة الحربي"


async def test_a_step_done_before_a_crash_is_known_by_its_key(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, peers: FakePeers, owner: Caller,
    client: Any,
) -> None:  # fmt: skip
    await make(steps=[MAIL])
    peers.refuse("send_message", KeyReused())
    await deliver(make_event(owner, client))
    await run_jobs()
    [run] = await runs()
    assert run["steps"][0]["output"] == {"was_done_before": True}


async def test_flows_that_set_each_other_off_are_stopped(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, owner: Caller, client: Any
) -> None:
    """The loop guard: by depth, and by how often a flow led to itself."""
    flow = await make(trigger={"event": "clients.client.*"}, steps=[TAG])
    await deliver(make_event(owner, client, depth=6))
    [run] = await runs()
    assert (run["status"], run["reason"]) == ("skipped", "loop_guard")
    await deliver(make_event(owner, client))
    for depth in range(1, 5):
        await run_jobs()
        [newest, *_] = await runs()
        if newest["status"] == "skipped":
            break
        await deliver(make_event(
            owner, client, actor=f"flow:{flow['id']}", cause=newest["id"], depth=depth,
            type="clients.client.tagged",
        ))  # fmt: skip
    assert [run["status"] for run in await runs()] == [
        "skipped", "completed", "completed", "completed", "skipped",
    ]  # fmt: skip


async def test_runs_above_the_cap_begin_later_and_none_is_lost(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, owner: Caller, client: Any,
    automation: Harness, machinery: Machinery,
) -> None:  # fmt: skip
    object.__setattr__(machinery, "pace", Pace(3))
    await make(steps=[TAG])
    await deliver(*(make_event(owner, client) for _ in range(5)))
    await run_jobs()
    assert len(await runs(status="completed")) == 3
    late = await runs(status="pending")
    assert [run["reason"] for run in late] == ["too_many_runs"] * 2
    object.__setattr__(machinery, "pace", Pace(100))
    automation.context.database.clock = lambda: utc_now() + timedelta(minutes=1)
    assert await run_jobs(seconds=60) == 2
    assert len(await runs(status="completed")) == 5


async def test_losing_redis_loses_the_cap_and_nothing_else(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, owner: Caller, client: Any,
    automation: Harness, machinery: Machinery,
) -> None:  # fmt: skip
    object.__setattr__(machinery, "pace", Pace(1))
    automation.context.redis.connection_pool.connection_kwargs["port"] = 1
    await automation.context.redis.connection_pool.disconnect()
    await make(steps=[TAG])
    await deliver(*(make_event(owner, client) for _ in range(3)))
    await run_jobs()
    assert len(await runs(status="completed")) == 3


async def test_a_run_is_cancelled_while_it_waits(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, owner: Caller, client: Any,
    api: httpx.AsyncClient, peers: FakePeers, events: Any,
) -> None:  # fmt: skip
    await make(steps=[{"type": "wait", "minutes": 1}, TAG])
    await deliver(make_event(owner, client))
    await run_jobs()
    [run] = await runs()
    cancelled = await api.post(f"/v1/runs/{run['id']}/cancel")
    assert (cancelled.json()["status"], cancelled.json()["reason"]) == (
        "cancelled",
        "cancelled_by_user",
    )
    assert (await events())[-1]["type"] == "automation.run.cancelled"
    assert await run_jobs(seconds=61) == 1 and peers.calls == []
    again = await api.post(f"/v1/runs/{run['id']}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "run_over")


async def test_a_run_cancelled_in_the_middle_keeps_what_was_done(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, owner: Caller, client: Any,
    api: httpx.AsyncClient, peers: FakePeers, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("automation.runs.use_cases.execute._SAVE_EVERY", 0)
    await make(steps=[TAG, MAIL])
    await deliver(make_event(owner, client))
    [run] = await runs()
    tag = peers.tag_client

    async def cancel_meanwhile(*given: Any) -> Any:
        await api.post(f"/v1/runs/{run['id']}/cancel")
        return await tag(*given)

    monkeypatch.setattr(peers, "tag_client", cancel_meanwhile)
    await run_jobs()
    [run] = await runs()
    assert (run["status"], peers.made("send_message")) == ("cancelled", [])
    assert [(step["path"], step["status"]) for step in run["steps"]] == [("0", "completed")]


async def test_a_client_that_is_gone_fails_a_run_that_needs_it(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, peers: FakePeers, owner: Caller,
    client: Any,
) -> None:  # fmt: skip
    await make(trigger={"event": "comms.message.sent"}, steps=[MAIL])
    peers.refuse("get_client", ClientNotFound())
    await deliver(make_event(owner, client, type="comms.message.sent", data={}))
    await run_jobs()
    [run] = await runs()
    assert (run["status"], run["reason"]) == ("failed", "client_not_found")


async def test_a_conflict_at_another_service_is_told_by_its_code(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, peers: FakePeers, owner: Caller,
    client: Any,
) -> None:  # fmt: skip
    """AU-16: a status that is not of the folder."""
    await make(steps=[{"type": "change_status", "status_id": str(new_id())}])
    peers.refuse("change_status", Conflict(code="status_not_in_folder"))
    await deliver(make_event(owner, client))
    await run_jobs()
    [run] = await runs()
    assert (run["status"], run["reason"]) == ("failed", "status_not_in_folder")
