"""A process killed inside any step: another finishes the run, and each effect happens once."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from automation.flows.rules import Trigger
from automation.flows.use_cases.edit import create_flow
from automation.runs.repository import RunRepository
from automation.steps.rules import walk
from chassis.caller import Caller
from chassis.database import Database
from chassis.ids import new_id
from chassis.stream import connect, ensure_stream
from chassis.testing.databases import Databases
from local.servers.backing import BackingServers
from refs import people
from services.automation.tests.factories import make_client, make_event, make_tenant
from services.automation.tests.neighbours import World, world

IS_VIP = {"field": "client.tags", "operator": "contains", "value": "VIP"}
STEPS: list[dict[str, Any]] = [
    {"type": "add_tags", "tags": ["VIP"]},
    {"type": "change_status", "status_id": str(new_id())},
    {"type": "branch", "condition": IS_VIP,
     "then": [{"type": "send_message", "channel": "email", "subject": "x",
               "body": "{{ client.name }} {{ 'now' | date: '%s%f' }}"}]},
    {"type": "move_folder", "folder_id": str(new_id())},
    {"type": "notify", "user_ids": [str(new_id())], "title": "{{ client.name }}"},
]  # fmt: skip
EFFECTS = ["TagClient", "ChangeStatus", "SendMessage", "MoveClient", "Notify"]


@pytest.fixture
def owner() -> Caller:
    """Of a company of its own: what other tests left in the stream is not for it."""
    return Caller(
        new_id(), "user:x", frozenset({"*"}), "all", user_id=new_id(), role_id=new_id(),
        is_owner=True,
    )  # fmt: skip


@pytest.fixture
async def around(
    databases: Databases, servers: BackingServers, tmp_path: Path
) -> AsyncIterator[World]:
    async with world(databases, servers, tmp_path) as made:
        yield made


async def begin(around: World, owner: Caller) -> Database:
    """A flow, and an event that starts it."""
    database = Database(around.settings)
    await database.open()
    async with database.work(owner) as work:
        await people.remember_tenant(work, make_tenant(owner))
        trigger = Trigger(event="clients.client.created")
        values = {"name": "x", "is_enabled": True}
        await create_flow(work, values, trigger, walk.read(STEPS))
    nats = await connect(around.settings)
    await ensure_stream(nats, around.settings)
    event = make_event(owner, make_client())
    await nats.jetstream().publish(event.nats_subject, event.to_json())
    await nats.close()
    return database


async def ended(database: Database, owner: Caller) -> Any:
    """The run, once it has ended."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        await asyncio.sleep(0.2)
        async with database.work(owner, role="worker") as work:
            connection = await work.connection()
            found = await connection.fetch("select id from runs")
            run = await RunRepository(work).load(found[0]["id"]) if found else None
        if run is not None and run.finished_at is not None:
            return run
    raise AssertionError("the run did not end")


@pytest.mark.parametrize(
    ("method", "moment"),
    [("SendMessage", "after"), *(
        pytest.param(method, moment, marks=pytest.mark.long)
        for method in EFFECTS for moment in ("before", "after")
        if (method, moment) != ("SendMessage", "after")
    )],
)  # fmt: skip
async def test_each_effect_happens_once_wherever_the_process_is_killed(
    around: World, owner: Caller, method: str, moment: str
) -> None:
    around.plan.method, around.plan.moment, around.plan.strike = method, moment, around.kill
    killed = await around.start()
    database = await begin(around, owner)
    try:
        assert await killed.wait() == -9
        await around.start()
        run = await ended(database, owner)
    finally:
        await database.close()
    assert run.status == "completed", run.steps
    assert await around.effects() == EFFECTS
    assert around.plan.heard.count(method) >= 2
