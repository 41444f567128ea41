"""Runs from the event to the last step, in process, with other services that obey."""

from typing import Any

from chassis.caller import Caller
from services.automation.tests.conftest import Deliver, RunJobs, Runs
from services.automation.tests.factories import FakePeers, make_client, make_event


async def test_an_event_starts_a_flow_and_each_step_is_done(
    make: Any, deliver: Deliver, run_jobs: RunJobs, runs: Runs, peers: FakePeers, owner: Caller,
    events: Any,
) -> None:  # fmt: skip
    """AU-01, AU-03: a client is created; it is tagged and written to."""
    flow = await make()
    client = make_client()
    peers.clients[client["id"]] = client
    await deliver(make_event(owner, dict(client)))
    assert await run_jobs() == 1
    [run] = await runs()
    assert run["status"] == "completed"
    assert [step["status"] for step in run["steps"]] == ["completed", "completed"]
    assert client["tags"] == ["VIP"]
    [message] = peers.made("send_message")
    assert message["subject"] == "مرحبًا سارة الحربي"
    assert run["flow_id"] == flow["id"] and run["url"] == f"/v1/clients/{client['id']}"
    told = [event["type"] for event in await events()]
    assert told == ["automation.flow.created", "automation.run.started", "automation.run.completed"]
