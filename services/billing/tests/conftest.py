"""Billing, open for tests, in one database for the whole run."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from typing import Any
from uuid import UUID

import pytest

from billing.app import build
from billing.balances.servicer import Balances
from billing.credit_notes.servicer import CreditNotes
from billing.estimates.servicer import Estimates
from billing.invoices.servicer import Invoices
from billing.payments.servicer import Payments
from billing.peers import Peers
from billing.settings import Settings
from chassis.caller import Caller
from chassis.errors import NotFound
from chassis.events import Event
from chassis.ids import new_id
from chassis.marks import marking
from chassis.rpc.client import Channels, Peer
from chassis.rpc.server import RpcServer
from chassis.testing.databases import Databases
from chassis.testing.harness import Harness, harness
from local.servers.backing import BackingServers
from papers.printing import open_printer
from refs import peers
from services.billing.tests.factories import Person

Events = Callable[[Caller], Awaitable[list[dict[str, Any]]]]


async def _bare_clients(_: Any, __: UUID, client_ids: Collection[UUID]) -> dict[UUID, Any]:
    """Stands for clients: of everybody it knows a name."""
    return {one: {"id": str(one), "version": 1, "name": "سارة"} for one in client_ids}


class Shelf:
    """Stands for clients' files: those that a test puts here are seen by everybody."""

    def __init__(self) -> None:
        self.files: set[UUID] = set()
        self.asked = 0

    def put(self) -> str:
        """A file; its id."""
        self.files.add(made := new_id())
        return str(made)

    async def visible_files(self, _: Any, file_ids: Collection[UUID]) -> set[UUID]:
        self.asked += 1
        return self.files & set(file_ids)


async def _knows_none(_: Any, __: UUID, ___: Collection[UUID]) -> list[dict[str, Any]]:
    return []


async def _knows_no_client(_: Any, __: UUID, ___: UUID) -> dict[str, Any]:
    """Stands for clients: whom a test does not have remembered does not exist."""
    raise NotFound()


class Identity:
    """Stands for identity: what a test does not tell it of does not exist, but for a name."""

    def __init__(self) -> None:
        self.tenants: dict[UUID, dict[str, Any]] = {}
        self.companies: dict[UUID, dict[str, Any]] = {}
        self.asked: list[UUID] = []

    async def get_tenant(self, _: Any, tenant_id: UUID) -> dict[str, Any]:
        self.asked.append(tenant_id)
        if tenant_id not in self.tenants:
            raise NotFound()
        return self.tenants[tenant_id]

    async def company(self, tenant_id: UUID) -> dict[str, Any]:
        """As it marks what changes."""
        return {"version": 1, "name": "عيادة النور"} | self.companies.get(tenant_id, {})

    async def change(self, person: Person, company: dict[str, Any]) -> None:
        """A company says something else of itself, and that is marked."""
        tenant_id = person.caller.tenant_id
        self.companies[tenant_id] = company | {"version": 2}
        changed = Event("edge.tenant.updated", tenant_id, {}, 2, tenant_id=tenant_id)
        await marking(person.service.context.redis, ("edge.tenant.",))([changed])


@pytest.fixture(scope="session")
def identity() -> Identity:
    return Identity()


@pytest.fixture(scope="session")
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture(scope="session")
async def service(
    databases: Databases, servers: BackingServers, identity: Identity, shelf: Shelf
) -> AsyncIterator[Harness]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(peers, "get_tenant", identity.get_tenant)
        patch.setattr(peers, "get_client", _knows_no_client)
        patch.setattr(Peers, "company", identity.company)
        patch.setattr(peers, "get_clients", _knows_none)
        patch.setattr(Peers, "clients", _bare_clients)
        patch.setattr(Peers, "visible_files", shelf.visible_files)
        nats, valkey = servers.nats.url, servers.valkey.url
        async with harness(build, Settings, databases, nats, valkey) as opened:
            await open_printer(opened.context)
            yield opened


@pytest.fixture
async def peer(service: Harness) -> AsyncIterator[Peer]:
    """Billing, as memberships sees it."""
    settings = service.context.settings.model_copy(update={"grpc_port": 0})
    service.context.settings = settings
    server = RpcServer(service.context, [Invoices, Estimates, CreditNotes, Payments, Balances])
    port = await server.start()
    asking = settings.model_copy(
        update={"service": "memberships", "peers": {"billing": f"ipv4:127.0.0.1:{port}"}}
    )
    channels = Channels(asking)
    yield channels.peer("billing")
    await channels.close()
    await server.stop(1)


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
