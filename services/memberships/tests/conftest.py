"""Memberships, open for tests, in one database for the whole run."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from typing import Any
from uuid import UUID

import pytest

from chassis.caller import Caller
from chassis.errors import NotFound
from chassis.testing.databases import Databases
from chassis.testing.harness import Harness, harness
from chassis.testing.person import Person
from local.servers.backing import BackingServers
from memberships.app import build
from memberships.peers import Peers
from memberships.settings import Settings
from papers.printing import open_printer
from refs import peers
from services.memberships.tests.billing import Billing
from services.memberships.tests.credit.world import LINK
from services.memberships.tests.factories import remember_client

Events = Callable[[Caller], Awaitable[list[dict[str, Any]]]]


async def _knows_nobody(_: Any, *__: UUID) -> dict[str, Any]:
    """Stands for the services above: whom a test does not have remembered does not exist."""
    raise NotFound()


async def _knows_none(_: Any, __: UUID, ___: Collection[UUID]) -> list[dict[str, Any]]:
    return []


@pytest.fixture(scope="session")
def billing() -> Billing:
    return Billing()


@pytest.fixture(scope="session")
async def service(
    databases: Databases, servers: BackingServers, billing: Billing
) -> AsyncIterator[Harness]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("create_invoices", "preview_invoice", "credit_invoice", "withdraw_invoice"):
            patch.setattr(Peers, name, getattr(billing, name))
        patch.setattr(peers, "get_tenant", _knows_nobody)
        patch.setattr(peers, "get_client", _knows_nobody)
        patch.setattr(peers, "get_clients", _knows_none)
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


Named = dict[tuple[str, str], UUID | None]
Client = Callable[..., Awaitable[str]]


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> Named:
    """Whom the keys in rows of files name, as clients says."""
    known: Named = {}

    async def find(_: Any, by: Any, keys: Collection[tuple[str, str]]) -> Named:
        assert len(keys) <= 500 and not by.has_begun
        return {key: known[key] for key in keys if key in known}

    monkeypatch.setattr(Peers, "find_clients", find)
    return known


@pytest.fixture
def client(owner: Person, named: Named) -> Client:
    """A client with this code."""

    async def made(code: str, **values: Any) -> str:
        found = await remember_client(owner, **values)
        named["code", code] = found
        return str(found)

    return made


@pytest.fixture
def linked() -> Iterator[set[str]]:
    """Stands for clients: everybody is linked with those who are not in the set."""
    strangers = set[str]()

    async def link_between(_: Peers, __: UUID, one: UUID, other: UUID) -> UUID | None:
        return None if {str(one), str(other)} & strangers else LINK

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Peers, "link_between", link_between)
        yield strangers
