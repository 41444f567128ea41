"""The clients service, open for tests."""

from collections.abc import AsyncIterator

import pytest

from chassis.testing.databases import Databases
from chassis.testing.harness import Harness, harness
from clients.app import build
from clients.settings import Settings
from local.servers.backing import BackingServers


@pytest.fixture(scope="session")
async def clients(databases: Databases, servers: BackingServers) -> AsyncIterator[Harness]:
    """The service behind its doors, on real servers."""
    async with harness(build, Settings, databases, servers.nats.url, servers.valkey.url) as running:
        yield running
