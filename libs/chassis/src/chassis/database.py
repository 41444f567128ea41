"""Connections to the service's own PostgreSQL database, and the units of work made on them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cached_property, partial
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from chassis import flush, idempotency
from chassis.caller import Caller
from chassis.clock import utc_now
from chassis.crypto import Crypto
from chassis.errors import Conflict, Failure, Invalid, Unavailable
from chassis.events import Event
from chassis.pool import Connection, Pool
from chassis.settings import ChassisSettings
from chassis.work import Trail, UnitOfWork

UNREACHABLE = (
    asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError, asyncpg.AdminShutdownError, asyncpg.CrashShutdownError,
    asyncpg.InvalidCachedStatementError, asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError, asyncpg.QueryCanceledError,
    # A connection whose end was told between two statements.
    asyncpg.InternalClientError,
    ConnectionError, OSError, asyncio.TimeoutError,
)  # fmt: skip

_UNSTORABLE = (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError)
_TOO_LARGE = (asyncpg.NumericValueOutOfRangeError, asyncpg.DatetimeFieldOverflowError)


class Database:
    """The pools of one process; of the two roles only `worker` reaches the plumbing."""

    def __init__(self, settings: ChassisSettings, *, clock: Callable[[], Any] = utc_now) -> None:
        self._settings = settings
        self._pools: dict[str, Pool] = {}
        self.clock = clock
        self.wake_relay: Callable[[], None] = lambda: None
        self.wake_jobs: Callable[[], None] = lambda: None
        # Awaited with what a work publishes, before it commits (marks.py).
        self.mark: Callable[[Sequence[Event]], Awaitable[None]] | None = None

    @cached_property
    def crypto(self) -> Crypto:
        """What seals and opens sensitive values."""
        return Crypto(self._settings.master_keys.get_secret_value())

    async def open(self) -> None:
        """Open both pools; raises OSError or asyncpg errors while PostgreSQL is not there."""
        app, worker = self._settings.database_app_url, self._settings.database_worker_url
        self._pools["app"] = await _pool(app.get_secret_value(), self._settings.database_pool)
        self._pools["worker"] = await _pool(worker.get_secret_value(), self._settings.worker_pool)

    async def close(self) -> None:
        """Close the pools; connections still busy after five seconds are cut."""
        for pool in self._pools.values():
            await pool.close()

    def pool(self, role: str = "app") -> Pool:
        """The raw pool of a role, for the chassis's own plumbing only."""
        return self._pools[role]

    def work(self, caller: Caller, *, role: str = "app", trail: Trail | None = None) -> UnitOfWork:
        """A unit of work for one tenant and caller; use it with `async with`."""
        return UnitOfWork(self, self._pools[role], caller, trail or Trail())

    async def is_reachable(self) -> bool:
        """Whether the database answers now."""
        try:
            async with self.plumbing() as connection:
                await connection.fetchval("select 1")
        except UNREACHABLE:
            return False
        return True

    @asynccontextmanager
    async def plumbing(self) -> AsyncIterator[Connection]:
        """A worker connection in a transaction without a tenant: relay, inbox, dead letters."""
        async with self._pools["worker"].acquire() as connection, connection.transaction():
            yield connection


class SystemWork:
    """The look-ups that must find a tenant before there is one.

    Each is a SECURITY DEFINER function of the database, named in the service's `app.py` and in
    docs/system-lookups.md; whatever follows runs in a normal unit of work of the tenant found.
    """

    def __init__(self, database: Database, allowed: frozenset[str]) -> None:
        self._database = database
        self._allowed = allowed

    async def look_up(self, function: str, *values: object) -> list[dict[str, Any]]:
        """The rows a named look-up returns; raises LookupError for a function not listed."""
        if function not in self._allowed:
            raise LookupError(f"{function} is not a listed system look-up")
        marks = ", ".join(f"${n}" for n in range(1, len(values) + 1))
        async with self._database.pool("app").acquire() as connection:
            rows = await connection.fetch(f"select * from {function}({marks})", *values)  # noqa: S608 - name is from the fixed list
        return [dict(row) for row in rows]


async def _pool(url: str, size: int) -> Pool:
    pool = Pool(partial(_connect, url), size)
    async with pool.acquire():
        return pool


async def _connect(url: str) -> Connection:
    connection: Connection = await asyncpg.connect(
        url, timeout=3, command_timeout=30, statement_cache_size=512,
        server_settings={"timezone": "UTC", "jit": "off", "standard_conforming_strings": "on"},
    )  # fmt: skip
    await connection.execute(f"{idempotency.PREPARE}; {flush.PREPARE}")
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=_to_json, decoder=orjson.loads
        )
    return connection


def _to_json(value: object) -> str:
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def failure_of(error: BaseException) -> Failure | None:
    """The refusal a database error stands for, or None where it is a fault of ours."""
    if isinstance(error, Failure):
        return error
    if isinstance(error, asyncpg.UniqueViolationError):
        return Conflict("Another record has this value already.", code=_taken(error))
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        return Invalid("A record this refers to does not exist.", code="unknown_reference")
    if isinstance(error, _UNSTORABLE):
        return Invalid("A text holds a character that cannot be stored.", code="invalid_character")
    if _is_out_of_range(error):
        return Invalid("A number or a date is out of range.", code="out_of_range")
    return Unavailable() if isinstance(error, UNREACHABLE) else None


def _is_out_of_range(error: BaseException) -> bool:
    """Said by PostgreSQL, or by asyncpg before it sends: dates before year 1 in UTC, say."""
    if isinstance(error, _TOO_LARGE):
        return True
    return isinstance(error, asyncpg.DataError) and isinstance(error.__cause__, OverflowError)


def _taken(error: asyncpg.UniqueViolationError) -> str:
    """Constraints are named uq_<table>_<what>: the code names what is taken."""
    name = getattr(error, "constraint_name", "") or ""
    return f"{name.rsplit('__', 1)[-1]}_taken" if "__" in name else "already_exists"


def uuid_literal(value: UUID) -> str:
    """A UUID as SQL text; str(UUID) holds only hex digits and dashes."""
    return f"'{value}'"
