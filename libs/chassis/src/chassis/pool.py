"""Connections to PostgreSQL, each lent to one unit of work at a time."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final, TypeAlias
from weakref import WeakKeyDictionary

import asyncpg

if TYPE_CHECKING:
    Connection: TypeAlias = asyncpg.Connection[asyncpg.Record]
else:
    Connection = asyncpg.Connection

_WAIT_SECONDS: Final = 5.0
_UNUSED_SECONDS: Final = 120.0
_LOOK_SECONDS: Final = 30.0
_FIRST_PLANS_SECONDS: Final = 1.0


class Pool:
    """At most `size` connections of one role, made when needed and closed when long unused.

    asyncpg's own pool makes two time-outs, a task and a shield for each loan: as much as half of
    a point read. Nothing is reset between loans: a unit of work sets nothing beyond itself.
    """

    def __init__(self, connect: Callable[[], Awaitable[Connection]], size: int) -> None:
        self._connect = connect
        self.size = size
        self._free = asyncio.Semaphore(size)
        self._idle: deque[tuple[float, Connection]] = deque()
        self._lent: set[Connection] = set()
        # When each was made, and when its plans are made anew.
        self._plans: WeakKeyDictionary[Connection, tuple[float, float]] = WeakKeyDictionary()
        self._look: asyncio.TimerHandle | None = None
        self._is_closed = False

    async def take(self) -> Connection:
        """A connection for the caller alone; raises TimeoutError when all stay lent."""
        if self._free.locked():
            async with asyncio.timeout(_WAIT_SECONDS):
                await self._free.acquire()
        else:
            await self._free.acquire()
        try:
            connection = self._unused() or await self._made()
            await self._renew_plans(connection)
        except BaseException:
            self._free.release()
            raise
        self._lent.add(connection)
        return connection

    def give(self, connection: Connection) -> None:
        """Take a connection back; one with an open transaction is of no use to others."""
        self._lent.discard(connection)
        # A connection that was cut is also told: asyncpg cleans up only then.
        if self._is_closed or connection.is_closed() or connection.is_in_transaction():
            connection.terminate()
        else:
            self._idle.append((asyncio.get_running_loop().time(), connection))
            self._look_later()
        self._free.release()

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Connection]:
        """A connection for the length of a block."""
        connection = await self.take()
        try:
            yield connection
        finally:
            self.give(connection)

    async def close(self) -> None:
        """Close all of them; those that are lent for five seconds more are cut."""
        self._is_closed = True
        if self._look is not None:
            self._look.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(_WAIT_SECONDS):
                for _ in range(self.size):
                    await self._free.acquire()
        for connection in self._lent:
            connection.terminate()
        closing = (connection.close(timeout=2) for _, connection in self._idle)
        await asyncio.gather(*closing, return_exceptions=True)
        self._idle.clear()

    def _unused(self) -> Connection | None:
        """The one used last: the others may rest until they are closed."""
        while self._idle:
            _, connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return None

    async def _made(self) -> Connection:
        if self._is_closed:
            raise asyncpg.InterfaceError("the pool is closed")
        return await self._connect()

    async def _renew_plans(self, connection: Connection) -> None:
        """Forget kept plans each time a connection has become twice as old.

        A plan outlives the table it was made for: one of a table that was empty goes through all
        rows when there are thousands, until the table is analysed, a minute later or more.
        """
        now = asyncio.get_running_loop().time()
        born, due = self._plans.setdefault(connection, (now, now + _FIRST_PLANS_SECONDS))
        if now < due:
            return
        self._plans[connection] = born, now + (now - born)
        try:
            await connection.execute("DISCARD PLANS")
        except BaseException:
            connection.terminate()
            raise

    def _look_later(self) -> None:
        if self._look is None:
            loop = asyncio.get_running_loop()
            self._look = loop.call_later(_LOOK_SECONDS, self._close_unused)

    def _close_unused(self) -> None:
        self._look = None
        before = asyncio.get_running_loop().time() - _UNUSED_SECONDS
        while self._idle and self._idle[0][0] < before:
            _, connection = self._idle.popleft()
            connection.terminate()
        if self._idle:
            self._look_later()
