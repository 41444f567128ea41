"""Killing a service at an exact point: its database holds it there until it is dead."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from chassis.testing.eventually import eventually
from local.stack import Stack

_WAITING = """
select pid from pg_stat_activity
 where datname = current_database() and wait_event_type = 'Lock' and pid <> pg_backend_pid()
"""


class Held:
    """Locks in the database of a service, against which it runs."""

    def __init__(self, stack: Stack, service: str, connection: Any) -> None:
        self._stack = stack
        self._service = service
        self._connection = connection

    async def kill_there(self) -> None:
        """Wait until the service stands before the lock, and kill it -9 there."""

        async def waits() -> bool:
            return bool(await self._connection.fetch(_WAITING))

        await eventually(waits, within=30)
        self._stack.kill(self._service)
        # The server would still carry out what the dead process had asked for.
        await self._connection.fetch(f"select pg_terminate_backend(pid) from ({_WAITING}) as w")


@asynccontextmanager
async def held(stack: Stack, service: str, lock: str) -> AsyncIterator[Held]:
    """Take a lock by a statement as the superuser, until the block ends."""
    connection = await asyncpg.connect(stack.database_url(service, "superuser"))
    try:
        transaction = connection.transaction()
        await transaction.start()
        await connection.execute(lock)
        yield Held(stack, service, connection)
        await transaction.rollback()
    finally:
        await connection.close()


async def rows(stack: Stack, service: str, statement: str, *arguments: object) -> list[Any]:
    """What stands in a service's database, for all tenants."""
    connection = await asyncpg.connect(stack.database_url(service, "superuser"))
    try:
        return list(await connection.fetch(statement, *arguments))
    finally:
        await connection.close()
