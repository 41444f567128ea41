"""The bicycle shop, open for tests."""

from collections.abc import AsyncIterator

import pytest

from chassis.testing.databases import Databases
from chassis.testing.harness import Harness, harness
from libs.chassis.tests.shop.app import Settings, build
from local.servers.backing import BackingServers


@pytest.fixture(scope="session")
async def shop(databases: Databases, servers: BackingServers) -> AsyncIterator[Harness]:
    """The shop behind its HTTP door, on real servers."""
    async with harness(build, Settings, databases, servers.nats.url, servers.valkey.url) as running:
        yield running
