"""The clients service, open for tests, in one database for the whole run."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from chassis import jobs
from chassis.caller import Caller
from chassis.errors import NotFound
from chassis.testing.databases import Databases
from chassis.testing.harness import Harness, harness
from clients.app import build
from clients.bulk_actions import schedules as bulk_schedules
from clients.imports import schedules as import_schedules
from clients.settings import Settings
from local.servers.backing import BackingServers
from refs import peers
from services.clients.tests.factories import Person

Events = Callable[[Caller], Awaitable[list[dict[str, Any]]]]


async def _knows_nobody(_: Any, __: UUID) -> dict[str, Any]:
    """Stands for identity: what a test does not have remembered does not exist."""
    raise NotFound()


@pytest.fixture(scope="session")
async def service(databases: Databases, servers: BackingServers) -> AsyncIterator[Harness]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(peers, "get_tenant", _knows_nobody)
        nats, valkey = servers.nats.url, servers.valkey.url
        async with harness(build, Settings, databases, nats, valkey) as opened:
            yield opened


@pytest.fixture
async def owner(service: Harness) -> AsyncIterator[Person]:
    """The owner of a new company, signed in."""
    caller = service.caller()
    async with service.http(caller) as http:
        yield Person(service, caller, http)


@pytest.fixture
def events(service: Harness) -> Events:
    """What a company's people published, oldest first."""

    async def read(caller: Caller) -> list[dict[str, Any]]:
        query = "select event::jsonb from outbox where tenant_id = $1 order by position"
        async with service.context.database.plumbing() as connection:
            rows = await connection.fetch(query, caller.tenant_id)
        return [row[0] for row in rows]

    return read


_TAKE = """
delete from pgqueuer where tenant_id = $1 and entrypoint = any($2) and status = 'queued'
returning entrypoint, payload
"""


class Worker:
    """Does the background work that people start; identity knows those it is told of."""

    def __init__(self, service: Harness) -> None:
        self.handlers = bulk_schedules.jobs.jobs | import_schedules.jobs.jobs
        self._service = service
        self._known: dict[UUID, Caller] = {}

    async def rights(self, _: Any, __: UUID, user_id: UUID) -> Caller | None:
        """Stands for identity."""
        return self._known.get(user_id)

    async def run(self, *people: Person, at_once: int = 1) -> int:
        """All that waits in their company, each done by so many workers at once; how many."""
        self._known |= {one.caller.user_id: one.caller for one in people if one.caller.user_id}
        waiting = await self.take(people[0])
        for name, payload in waiting:
            tenant_id, _, asked = jobs.read(payload)
            handler = self.handlers[name].handler
            context = self._service.context
            await asyncio.gather(*(
                handler(context, UUID(str(tenant_id)), asked) for _ in range(at_once)
            ))  # fmt: skip
        return len(waiting)

    async def take(self, person: Person) -> list[tuple[str, bytes]]:
        """What waits, taken away."""
        async with self._service.context.database.plumbing() as connection:
            rows = await connection.fetch(_TAKE, person.caller.tenant_id, list(self.handlers))
        return [(row["entrypoint"], row["payload"]) for row in rows]


@pytest.fixture
def worker(service: Harness, monkeypatch: pytest.MonkeyPatch) -> Worker:
    """Somebody who does the jobs of a test."""
    made = Worker(service)
    monkeypatch.setattr(service.context, "rights", made.rights)
    return made
