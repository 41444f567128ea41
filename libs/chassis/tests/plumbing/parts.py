"""What the plumbing tests and their subprocesses share: a table of effects, and a context."""

import asyncio
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import asyncpg
import sqlalchemy as sa
from sqlalchemy import bindparam, insert

from chassis.caller import system
from chassis.context import Context
from chassis.database import Database
from chassis.events import Event
from chassis.ids import new_id
from chassis.settings import ChassisSettings
from chassis.statements import statement
from chassis.stream import connect, ensure_stream
from chassis.tables import metadata
from chassis.work import UnitOfWork

SERVICE = "plumbing"
STALLS = 13
ROOT = Path(__file__).parents[4]
WORKER = "libs.chassis.tests.plumbing.worker"
METADATA = metadata()
EFFECTS = sa.Table(
    "effects", METADATA,
    sa.Column("tenant_id", sa.Uuid, primary_key=True),
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("what", sa.Text, nullable=False),
)  # fmt: skip
_ADD = statement(insert(EFFECTS).values(tenant_id=bindparam("tenant_id"), what=bindparam("what")))


@asynccontextmanager
async def process(settings: ChassisSettings) -> AsyncIterator[Context]:
    """The connections that relay, consumers and jobs need."""
    database = Database(settings)
    await database.open()
    nats = await connect(settings)
    await ensure_stream(nats, settings)
    context = SimpleNamespace(
        settings=settings, chassis_settings=settings, service=SERVICE, database=database, nats=nats
    )
    try:
        yield cast(Context, context)
    finally:
        await nats.close()
        await database.close()


async def add_effect(work: UnitOfWork, what: str) -> None:
    await work.execute(_ADD, tenant_id=work.tenant_id, what=what)


async def effects(settings: ChassisSettings) -> list[str]:
    """Of all tenants, in the order made."""
    rows = await query(settings, "select what from effects order by id")
    return [row["what"] for row in rows]


async def query(settings: ChassisSettings, sql: str, *values: object) -> list[Any]:
    """As the owner, who sees every tenant's rows."""
    connection = await asyncpg.connect(settings.database_owner_url.get_secret_value())
    try:
        return list(await connection.fetch(sql, *values))
    finally:
        await connection.close()


async def unsent(settings: ChassisSettings) -> int:
    rows = await query(settings, "select count(*) from outbox where sent_at is null")
    return int(rows[0][0])


async def publish(context: Context, tenant_id: UUID, *events: Event) -> None:
    """In one transaction, as a request would."""
    async with context.database.work(system(tenant_id, SERVICE)) as work:
        for event in events:
            work.publish(event)


def happened(kind: str, number: int = 0, key: UUID | None = None) -> Event:
    return Event(kind, new_id(), {"number": number}, client_id=key)


@asynccontextmanager
async def running(*parts: Any) -> AsyncIterator[None]:
    """Relays, consumers or jobs beside the test; stopped in this order, and all well."""
    tasks = [asyncio.create_task(part.run()) for part in parts]
    try:
        yield
    finally:
        for part in parts:
            await part.stop()
        await asyncio.gather(*tasks)


@asynccontextmanager
async def program(settings: ChassisSettings, *arguments: str) -> AsyncIterator[Process]:
    """`worker.py` in a process of its own, for tests that kill."""
    environment = {
        f"DIWAN_{name.upper()}": value.get_secret_value() if hasattr(value, "get_secret_value")
        else str(value)
        for name in ChassisSettings.model_fields
        if (value := getattr(settings, name)) not in (None, {})
    }  # fmt: skip
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", WORKER, *arguments, env=environment, cwd=ROOT
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()
