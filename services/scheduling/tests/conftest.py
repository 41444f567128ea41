"""Scheduling, open for tests, in one database for the whole run."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from typing import Any
from uuid import UUID

import pytest

from chassis.caller import Caller
from chassis.errors import NotFound
from chassis.testing.databases import Databases
from chassis.testing.harness import Harness, harness
from chassis.testing.person import Person
from local.servers.backing import BackingServers
from papers.printing import open_printer
from refs import peers
from scheduling.app import build
from scheduling.peers import Peers
from scheduling.settings import Settings

Events = Callable[[Caller], Awaitable[list[dict[str, Any]]]]


async def _knows_nobody(_: Any, *__: UUID) -> dict[str, Any]:
    """Stands for the services above: whom a test does not have remembered does not exist."""
    raise NotFound()


async def _knows_none(_: Any, __: UUID, ___: Collection[UUID]) -> list[dict[str, Any]]:
    return []


async def _knows_no_document(*_: Any) -> UUID:
    raise NotFound()


@pytest.fixture(scope="session")
async def service(databases: Databases, servers: BackingServers) -> AsyncIterator[Harness]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(peers, "get_tenant", _knows_nobody)
        patch.setattr(peers, "get_client", _knows_nobody)
        patch.setattr(peers, "get_clients", _knows_none)
        patch.setattr(Peers, "client_of_invoice", _knows_no_document)
        patch.setattr(Peers, "client_of_estimate", _knows_no_document)
        nats, valkey = servers.nats.url, servers.valkey.url
        async with harness(build, Settings, databases, nats, valkey) as opened:
            await open_printer(opened.context)
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
