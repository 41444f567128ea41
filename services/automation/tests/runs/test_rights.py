"""A flow tells its editor nothing that they may not read themselves."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from automation.flows.use_cases import edit
from chassis.caller import Caller
from chassis.ids import new_id
from chassis.testing.harness import Harness
from refs import lag, people
from services.automation.tests.conftest import Deliver, RunJobs, Runs
from services.automation.tests.factories import (
    FakePeers,
    make_client,
    make_event,
    make_flow,
    make_tenant,
    make_user,
)

STEAL = {
    "type": "send_message", "channel": "email", "to": "me@elsewhere.example", "subject": "x",
    "body": "{{ client.name }} {{ client.phones }} {{ event.data }}",
}  # fmt: skip
WORDS = ["automation:read", "automation:write", "clients:read", "comms:write"]
Employ = Callable[..., Awaitable[Caller]]
MakeBy = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def employ(automation: Harness, owner: Caller) -> Employ:
    """`await employ("assigned")`: a member of staff with a role of their own."""

    async def add(visibility: Any, permissions: Any = tuple(WORDS)) -> Caller:
        caller = automation.caller(
            owner.tenant_id, is_owner=False, visibility=visibility,
            permissions=frozenset(permissions),
        )  # fmt: skip
        role = make_tenant(caller)["roles"][0] | {
            "visibility": visibility, "permissions": list(permissions), "is_owner": False,
        }  # fmt: skip
        async with automation.context.database.work(owner) as work:
            await people.remember_users(work, [make_user(caller)])
            await people.remember_roles(work, [role])
        return caller

    return add


@pytest.fixture
def make_by(automation: Harness) -> MakeBy:
    """`await make_by(caller, steps=[...])`: a flow that somebody else made."""

    async def create(caller: Caller, **values: Any) -> dict[str, Any]:
        async with automation.http(caller) as api:
            answer = await api.post("/v1/flows", json=make_flow(steps=[STEAL]) | values)
        assert answer.status_code == 201, answer.text
        flow: dict[str, Any] = answer.json()
        return flow

    return create


async def test_a_flow_learns_of_no_client_that_its_editor_does_not_see(
    employ: Employ, make_by: MakeBy, deliver: Deliver, run_jobs: RunJobs, runs: Runs,
    peers: FakePeers, owner: Caller,
) -> None:  # fmt: skip
    """AU-12, GW-02: the event carries the client, and still is none of the editor's business."""
    agent = await employ("assigned")
    await make_by(agent)
    hidden = make_client()
    own = make_client(staff=[{"user_id": str(agent.user_id), "role": "owner"}], name="mine")
    await deliver(make_event(owner, hidden), make_event(owner, own))
    await run_jobs()
    assert [asked["body"].split()[0] for asked in peers.made("send_message")] == ["mine"]
    assert [run["client_id"] for run in await runs()] == [own["id"]]


async def test_an_event_that_only_names_a_hidden_client_tells_nothing_either(
    employ: Employ, make_by: MakeBy, deliver: Deliver, run_jobs: RunJobs, peers: FakePeers,
    owner: Caller,
) -> None:  # fmt: skip
    agent = await employ("assigned", [*WORDS, "comms:read"])
    await make_by(agent, trigger={"event": "comms.message.sent"})
    # Unknown to the other services in this editor's name.
    event = make_event(
        owner, type="comms.message.sent", client_id=new_id(), data={"to": "sara@example.sa"}
    )
    await deliver(event)
    await run_jobs()
    assert peers.made("send_message") == []


async def test_the_event_says_nothing_of_access_while_changes_come_late(
    employ: Employ, make_by: MakeBy, deliver: Deliver, run_jobs: RunJobs, peers: FakePeers,
    automation: Harness, owner: Caller, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """AU-12, GW-02: clients does, in the editor's name."""
    for visibility in ("assigned", "all"):
        await make_by(await employ(visibility))
    agent = await employ("assigned")
    await make_by(agent)
    staff = [{"user_id": str(agent.user_id), "role": "owner"}]
    seen, taken = make_client(staff=staff, name="seen"), make_client(staff=staff, name="taken")
    peers.clients[seen["id"]] = seen
    monkeypatch.setattr(lag.Watch, "is_late", True)
    await lag.watch(automation.context)
    await deliver(make_event(owner, seen), make_event(owner, taken))
    await run_jobs()
    said = {asked["body"].split()[0] for asked in peers.made("send_message")}
    assert said == {"seen"}
    automation.context.draining = True


async def test_what_other_services_did_is_told_to_those_who_may_read_it(
    employ: Employ, make_by: MakeBy, deliver: Deliver, run_jobs: RunJobs, peers: FakePeers,
    owner: Caller,
) -> None:  # fmt: skip
    """AU-12: no reading of messages, or of who is invited, by way of a flow."""
    seller = await employ("all")
    for event_type in ("comms.message.sent", "edge.user.invited"):
        await make_by(seller, trigger={"event": event_type})
        await deliver(make_event(owner, type=event_type, data={"to": "sara@example.sa"}))
    await run_jobs()
    assert peers.made("send_message") == []


async def test_a_flow_of_a_revoked_key_stays_powerless_when_its_mark_is_forgotten(
    automation: Harness, make_by: MakeBy, deliver: Deliver, run_jobs: RunJobs, runs: Runs,
    peers: FakePeers, owner: Caller, client: Any,
) -> None:  # fmt: skip
    """GW-08: marks of revocation go after some minutes, the flow's rights for good."""
    name = f"key:{new_id()}"
    key = replace(owner, principal=name, user_id=None, role_id=None, is_owner=False,
                  session_id=None)  # fmt: skip
    flow = await make_by(key)
    await deliver(make_event(owner, client))
    await run_jobs()
    assert len(peers.made("send_message")) == 1
    async with automation.context.database.work(owner) as work:
        await edit.disown(work, name)
    await deliver(make_event(owner, client))
    await run_jobs()
    assert len(peers.made("send_message")) == 1
    [failed] = await runs(status="failed")
    assert (failed["flow_id"], failed["reason"]) == (flow["id"], "editor_has_no_access")
