"""Real servers for every test that needs them: one PostgreSQL, NATS and Valkey per run."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings

from chassis.testing.databases import Databases
from local.servers.backing import BackingServers

# What a busy machine makes slow is no fault of a rule.
settings.register_profile("diwan", deadline=None)
settings.load_profile("diwan")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What two processes share out: files, and as one piece all that needs the whole product."""
    for item in items:
        place = item.nodeid.partition("::")[0]
        whole = place.startswith("tests/")
        item.add_marker(pytest.mark.xdist_group("product" if whole else place))


@pytest.fixture(scope="session")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BackingServers]:
    """PostgreSQL, NATS and Valkey in a folder that goes away with the run."""
    folder: Path = tmp_path_factory.mktemp("servers")
    async with BackingServers(folder) as running:
        yield running


@pytest.fixture(scope="session")
def databases(servers: BackingServers) -> Databases:
    """Migrated databases, copied from a template per service."""
    return Databases(servers.postgres.url())
