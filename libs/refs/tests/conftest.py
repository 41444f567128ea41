"""A database that holds what refs remembers, and a context without a service around it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from chassis.caller import Caller
from chassis.database import Database
from chassis.ids import new_id
from chassis.settings import ChassisSettings
from chassis.testing.databases import Databases
from chassis.testing.harness import environment
from chassis.tokens import Tokens
from refs import tables

MIGRATIONS = Path(__file__).parent / "migrations"
METADATA = (tables.people, tables.clients)


@pytest.fixture
async def database(databases: Databases) -> AsyncIterator[Database]:
    urls = await databases.create("remembering", MIGRATIONS, METADATA)
    values = environment(urls, "nats://127.0.0.1:1", "redis://127.0.0.1:1")
    opened = Database(ChassisSettings(service="remembering", **values))
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def context(database: Database) -> Any:
    """As much of a process as refs needs."""
    return SimpleNamespace(
        database=database, service="remembering", tokens=Tokens(), draining=False, channels=None
    )


@pytest.fixture
def caller() -> Callable[..., Caller]:
    """`caller(visibility="team")`: a user of one tenant per test."""
    tenant_id = new_id()

    def make(**rights: Any) -> Caller:
        user_id = rights.pop("user_id", None) or new_id()
        values: dict[str, Any] = {
            "tenant_id": tenant_id,
            "principal": f"user:{user_id}",
            "user_id": user_id,
        }
        return Caller(**(values | rights))

    return make
