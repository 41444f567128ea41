"""Communications in process, on real servers, with a mail server that obeys the test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from chassis import jobs
from chassis.caller import Caller
from chassis.errors import NotFound
from chassis.ids import new_id
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
from services.comms.tests.factories import FakeClients, make_tenant, make_user
from services.comms.tests.sinks import Sink, listening

_TAKE = """
delete from pgqueuer where entrypoint = $1 and status = 'queued'
   and execute_after <= now() + $2 * interval '1 second' returning payload
"""
RunJobs = Callable[..., Awaitable[int]]
Events = Callable[[], Awaitable[list[dict[str, Any]]]]


async def _knows_nobody(_: Any, *__: UUID) -> dict[str, Any]:
    """Stands for who owns them: what a test does not have remembered does not exist."""
    raise NotFound()


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    async with listening() as made:
        yield made


@pytest.fixture
async def comms(
    databases: Databases, servers: BackingServers, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Harness]:
    for question in ("get_tenant", "get_client"):
        monkeypatch.setattr(peers, question, _knows_nobody)
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


@pytest.fixture
async def editor(comms: Harness) -> Caller:
    """A flow that acts with the rights of its last editor, whom comms remembers."""
    role = {"id": str(new_id()), "version": 1, "name": "agent", "visibility": "all",
            "permissions": ["comms:read", "comms:write"], "is_owner": False}  # fmt: skip
    noura = make_user(role_id=role["id"])
    tenant_id = await make_tenant(comms, noura, roles=[role])
    return comms.caller(tenant_id, user_id=UUID(noura["id"])).acting_as(f"flow:{new_id()}")
