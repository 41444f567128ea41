"""Billing, open for tests, in one database for the whole run."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from billing.app import build
from billing.settings import Settings
from chassis.errors import NotFound
from chassis.testing.databases import Databases
from chassis.testing.harness import Harness, harness
from local.servers.backing import BackingServers
from refs import peers
from services.billing.tests.factories import Person


class Identity:
    """Stands for identity: what a test does not tell it of does not exist."""

    def __init__(self) -> None:
        self.tenants: dict[UUID, dict[str, Any]] = {}
        self.asked: list[UUID] = []

    async def get_tenant(self, _: Any, tenant_id: UUID) -> dict[str, Any]:
        self.asked.append(tenant_id)
        if tenant_id not in self.tenants:
            raise NotFound()
        return self.tenants[tenant_id]


@pytest.fixture(scope="session")
def identity() -> Identity:
    return Identity()


@pytest.fixture(scope="session")
async def service(
    databases: Databases, servers: BackingServers, identity: Identity
) -> AsyncIterator[Harness]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(peers, "get_tenant", identity.get_tenant)
        nats, valkey = servers.nats.url, servers.valkey.url
        async with harness(build, Settings, databases, nats, valkey) as opened:
            yield opened


@pytest.fixture
async def owner(service: Harness) -> AsyncIterator[Person]:
    """The owner of a new company, signed in."""
    caller = service.caller()
    async with service.http(caller) as http:
        yield Person(service, caller, http)
