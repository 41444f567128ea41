"""A fresh database, the shared broker, and servers of one's own where a test stops them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from chassis.context import Context
from chassis.ids import new_id
from chassis.settings import ChassisSettings
from chassis.signals import Signals
from chassis.testing.databases import Databases
from chassis.testing.harness import environment
from libs.chassis.tests.plumbing import parts
from local.servers.backing import BackingServers

MIGRATIONS = Path(__file__).parent / "migrations"


async def make_settings(servers: BackingServers, databases: Databases) -> ChassisSettings:
    urls = await databases.create(parts.SERVICE, MIGRATIONS, [parts.METADATA])
    values = environment(urls, servers.nats.url, "redis://127.0.0.1:1")
    return ChassisSettings(service=parts.SERVICE, **values)


@pytest.fixture
async def settings(servers: BackingServers, databases: Databases) -> ChassisSettings:
    return await make_settings(servers, databases)


@pytest.fixture
async def context(settings: ChassisSettings) -> AsyncIterator[Context]:
    async with parts.process(settings) as opened:
        yield opened


@pytest.fixture
async def other(settings: ChassisSettings) -> AsyncIterator[Context]:
    """A second process's connections to the same servers."""
    async with parts.process(settings) as opened:
        yield opened


@pytest.fixture
def signals(context: Context) -> Signals:
    attached = Signals(context.database)
    attached.attach()
    return attached


@pytest.fixture
def name() -> str:
    """No two tests share a durable, nor a type of event: they share the stream."""
    return f"t{new_id().hex[-10:]}"


@pytest.fixture
def kind(name: str) -> str:
    return f"plumbing.{name}.made"


@pytest.fixture(scope="module")
async def fragile(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[BackingServers]:
    """Servers that may be stopped, since no other test needs them."""
    async with BackingServers(tmp_path_factory.mktemp("fragile")) as running:
        yield running


@pytest.fixture
async def fragile_settings(fragile: BackingServers) -> ChassisSettings:
    return await make_settings(fragile, Databases(fragile.postgres.url()))
