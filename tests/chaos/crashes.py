"""Killing a service at an exact point: its database holds it there until it is dead."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from chassis.testing.eventually import eventually
from local.stack import Stack

_NUMBER = 815_815
_CLOSE = f"""
create or replace function public.hold_here() returns trigger
language plpgsql security definer as $$
begin
    perform pg_advisory_xact_lock({_NUMBER});
    return new;
end $$;
"""
_WAITING = """
select pid from pg_stat_activity
 where datname = current_database() and wait_event_type = 'Lock' and wait_event = 'advisory'
   and pid <> pg_backend_pid()
"""


class Gate:
    """A closed gate in the database of a service: whoever writes such a row stands before it."""

    def __init__(self, stack: Stack, service: str, connection: Any) -> None:
        self._stack = stack
        self._service = service
        self._connection = connection

    async def reached(self) -> None:
        """Wait until somebody stands there."""

        async def waits() -> bool:
            return bool(await self._connection.fetch(_WAITING))

        await eventually(waits)

    async def kill_there(self, index: int = 0) -> None:
        """Wait until the service stands there, and kill it -9: of several replicas, this one."""
        await self.reached()
        self._stack.kill(self._service, index)
        # The server would still carry out what the dead process had asked for.
        await self._connection.fetch(f"select pg_terminate_backend(pid) from ({_WAITING}) as w")


@asynccontextmanager
async def gate(stack: Stack, service: str, writes: str, when: str = "true") -> AsyncIterator[Gate]:
    """Hold what `writes`, e.g. `update on runs`, if the row is so, until the block ends."""
    connection = await asyncpg.connect(stack.database_url(service, "superuser"))
    table = writes.rpartition(" ")[2]
    try:
        await connection.execute("select pg_advisory_lock($1)", _NUMBER)
        await connection.execute(_CLOSE)
        # Sooner than the server looks for deadlocks: so the product never gives way, but this.
        await connection.execute("set lock_timeout = '200ms'")
        await _change(
            connection,
            f"create trigger hold_here before {writes} for each row when ({when})"
            " execute function public.hold_here()",
        )
        yield Gate(stack, service, connection)
    finally:
        await connection.execute("select pg_advisory_unlock($1)", _NUMBER)
        await _change(connection, f"drop trigger if exists hold_here on {table}")
        await connection.close()


async def _change(connection: Any, statement: str) -> None:
    async def done() -> bool:
        try:
            await connection.execute(statement)
        except asyncpg.LockNotAvailableError:
            return False
        return True

    await eventually(done)


async def rows(stack: Stack, service: str, statement: str, *arguments: object) -> list[Any]:
    """What stands in a service's database, for all tenants."""
    connection = await asyncpg.connect(stack.database_url(service, "superuser"))
    try:
        return list(await connection.fetch(statement, *arguments))
    finally:
        await connection.close()
