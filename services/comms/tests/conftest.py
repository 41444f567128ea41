"""Communications in process, on real servers, with a mail server that obeys the test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from chassis import jobs
from chassis.errors import NotFound
from chassis.rpc.client import Channels, Peer
from chassis.rpc.server import RpcServer
from chassis.testing.databases import Databases
from chassis.testing.harness import Harness, harness
from comms.app import build
from comms.messages.schedules import send_message
from comms.messages.servicer import Messages
from comms.messages.use_cases import SEND
from comms.settings import Settings
from local.servers.backing import BackingServers
from refs import peers
from services.comms.tests.factories import FakeClients
from services.comms.tests.sinks import Sink, listening

_TAKE = """
delete from pgqueuer where entrypoint = $1 and status = 'queued'
   and execute_after <= now() + $2 * interval '1 second' returning payload
"""
RunJobs = Callable[..., Awaitable[int]]
Events = Callable[[], Awaitable[list[dict[str, Any]]]]


async def _knows_nobody(_: Any, __: UUID) -> dict[str, Any]:
    """Stands for identity: what a test does not have remembered does not exist."""
    raise NotFound()


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    async with listening() as made:
        yield made


@pytest.fixture
async def comms(
    databases: Databases, servers: BackingServers, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Harness]:
    monkeypatch.setattr(peers, "get_tenant", _knows_nobody)
    settings = partial(Settings, smtp_url=sink.url, smtp_seconds=3, smtp_pause_seconds=4)
    opening = harness(build, settings, databases, servers.nats.url, servers.valkey.url)
    async with opening as made:
        made.context.peers.clients = FakeClients()
        yield made
        await made.context.peers.mail.close()


@pytest.fixture
def clients(comms: Harness) -> FakeClients:
    found: FakeClients = comms.context.peers.clients
    return found


@pytest.fixture
def run_jobs(comms: Harness) -> RunJobs:
    """`await run_jobs(seconds=5)`: run what falls due within so many seconds; how many did."""

    async def run(seconds: float = 0) -> int:
        async with comms.context.database.plumbing() as connection:
            rows: list[Any] = await connection.fetch(_TAKE, SEND, seconds)
        for row in rows:
            tenant_id, _, payload = jobs.read(row["payload"])
            await send_message(comms.context, UUID(str(tenant_id)), payload)
        return len(rows)

    return run


@pytest.fixture
def events(comms: Harness) -> Events:
    """What is in the outbox, oldest first."""

    async def read() -> list[dict[str, Any]]:
        async with comms.context.database.plumbing() as connection:
            rows = await connection.fetch("select event::jsonb from outbox order by position")
        return [row[0] for row in rows]

    return read


@pytest.fixture
async def peer(comms: Harness) -> AsyncIterator[Peer]:
    """Comms, as automation sees it."""
    settings = comms.context.settings.model_copy(update={"grpc_port": 0})
    comms.context.settings = settings
    server = RpcServer(comms.context, [Messages])
    port = await server.start()
    asking = settings.model_copy(
        update={"service": "automation", "peers": {"comms": f"ipv4:127.0.0.1:{port}"}}
    )
    channels = Channels(asking)
    yield channels.peer("comms")
    await channels.close()
    await server.stop(1)
