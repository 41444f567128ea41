"""Automation in process, on real servers, with other services that obey the test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from automation.app import build
from automation.flows.use_cases.book import Book
from automation.runs.consumers import consumers
from automation.runs.use_cases.execute import Machinery, continue_run
from automation.runs.use_cases.pace import Pace
from automation.runs.use_cases.start import CONTINUE
from automation.settings import Settings
from chassis import inbox, jobs
from chassis.caller import Caller
from chassis.events import Event
from chassis.testing.databases import Databases
from chassis.testing.harness import Harness, harness
from local.servers.backing import BackingServers
from refs import people
from services.automation.tests.factories import FakePeers, make_client, make_flow, make_tenant

_TAKE = """
delete from pgqueuer where entrypoint = $1 and status = 'queued'
   and execute_after <= now() + $2 * interval '1 second' returning payload
"""
Deliver = Callable[..., Awaitable[None]]
RunJobs = Callable[..., Awaitable[int]]
Runs = Callable[..., Awaitable[list[dict[str, Any]]]]


@pytest.fixture
async def automation(databases: Databases, servers: BackingServers) -> AsyncIterator[Harness]:
    opening = harness(build, Settings, databases, servers.nats.url, servers.valkey.url)
    async with opening as made:
        made.context.peers = FakePeers()
        yield made


@pytest.fixture
def peers(automation: Harness) -> FakePeers:
    found: FakePeers = automation.context.peers
    return found


@pytest.fixture
def client(peers: FakePeers) -> dict[str, Any]:
    """A client that the other services know."""
    made = make_client()
    peers.clients[made["id"]] = made
    return made


@pytest.fixture
async def owner(automation: Harness) -> Caller:
    """Somebody whom identity has told of."""
    caller = automation.caller()
    async with automation.context.database.work(caller) as work:
        await people.remember_tenant(work, make_tenant(caller))
    return caller


@pytest.fixture
async def api(automation: Harness, owner: Caller) -> AsyncIterator[httpx.AsyncClient]:
    async with automation.http(owner) as client:
        yield client


@pytest.fixture
def machinery() -> Machinery:
    return Machinery(Book(), Pace(6_000))


@pytest.fixture
def deliver(automation: Harness, machinery: Machinery) -> Deliver:
    """`await deliver(event)`: as the stream does, with the note of what was handled."""
    [subscription] = consumers(machinery.book).subscriptions

    async def handle(*events: Event) -> None:
        await inbox.handle(automation.context.database, "automation", subscription, events)

    return handle


@pytest.fixture
def run_jobs(automation: Harness, machinery: Machinery) -> RunJobs:
    """`await run_jobs(seconds=5)`: run what falls due within so many seconds; how many did."""

    async def run(seconds: float = 0.0) -> int:
        async with automation.context.database.plumbing() as connection:
            rows: list[Any] = await connection.fetch(_TAKE, CONTINUE, seconds)
        for row in rows:
            tenant_id, _, payload = jobs.read(row["payload"])
            run_id = UUID(payload["run_id"])
            await continue_run(automation.context, machinery, tenant_id, run_id)
        return len(rows)

    return run


@pytest.fixture
def make(api: httpx.AsyncClient) -> Callable[..., Awaitable[dict[str, Any]]]:
    """`await make(steps=[...])`: a flow, enabled unless told otherwise."""

    async def create(**values: Any) -> dict[str, Any]:
        answer = await api.post("/v1/flows", json=make_flow(**values))
        assert answer.status_code == 201, answer.text
        flow: dict[str, Any] = answer.json()
        return flow

    return create


@pytest.fixture
def runs(api: httpx.AsyncClient) -> Runs:
    """`await runs(status="failed")`: what the API lists."""

    async def read(**filters: Any) -> list[dict[str, Any]]:
        answer = await api.get("/v1/runs", params=filters)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    return read


@pytest.fixture
def events(automation: Harness) -> Callable[[], Awaitable[list[dict[str, Any]]]]:
    """What is in the outbox, oldest first."""

    async def read() -> list[dict[str, Any]]:
        async with automation.context.database.plumbing() as connection:
            rows = await connection.fetch("select event::jsonb from outbox order by position")
        return [row[0] for row in rows]

    return read
