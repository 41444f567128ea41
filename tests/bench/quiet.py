"""When a stack has nothing left to do, and a relay that is kept from publishing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from types import TracebackType
from typing import Any, Self

import asyncpg
import nats
from nats.aio.client import Client

from chassis import slots, stream
from local.stack import Stack

# Events not yet published, and jobs that are due.
_WAITING = """
select exists (select from outbox where sent_at is null)
    or exists (select from pgqueuer where status in ('queued', 'picked')
                  and execute_after < now() + interval '1 minute')
"""
_CUT_RELAY = """
select pg_terminate_backend(pid) from pg_locks
 where locktype = 'advisory' and classid = $1 and objid < $2
   and database = (select oid from pg_database where datname = current_database())
"""
_POLL_SECONDS = 0.2


class Quiet:
    """Asks databases and streams whether all that follows from earlier requests is done."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._open = AsyncExitStack()
        self._databases: list[asyncpg.Connection[Any]] = []
        self._nats: Client | None = None

    async def settled(self) -> None:
        """Wait until nothing is waiting, twice in a row: one thing may lead to another."""
        calm = 0
        while calm < 2:
            calm = 0 if await self._is_busy() else calm + 1
            await asyncio.sleep(_POLL_SECONDS)

    async def _is_busy(self) -> bool:
        for database in self._databases:
            if await database.fetchval(_WAITING):
                return True
        assert self._nats is not None
        consumers = await self._nats.jetstream().consumers_info(stream.STREAM)
        return any((one.num_pending or 0) + (one.num_ack_pending or 0) for one in consumers)

    async def __aenter__(self) -> Self:
        for name in self._stack.names:
            database = await asyncpg.connect(self._stack.database_url(name, "superuser"))
            self._open.push_async_callback(database.close)
            self._databases.append(database)
        self._nats = await nats.connect(self._stack.nats.url)
        self._open.push_async_callback(self._nats.close)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        await self._open.aclose()


@asynccontextmanager
async def relay_held(stack: Stack, service: str = "clients") -> AsyncIterator[None]:
    """Nothing that the service writes is published: what is measured is the request alone.

    Takes the locks by which relays share the outbox, as a relay of another replica would. What
    was written meanwhile is marked as sent and never published.
    """
    connection = await asyncpg.connect(stack.database_url(service, "superuser"))
    try:
        await connection.execute(_CUT_RELAY, slots._CLASS, slots.SLOTS)
        for slot in range(slots.SLOTS):
            await connection.execute("select pg_advisory_lock($1, $2)", slots._CLASS, slot)
        yield
        await connection.execute("update outbox set sent_at = now() where sent_at is null")
    finally:
        await connection.close()
