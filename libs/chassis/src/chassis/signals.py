"""Wake-up calls for relays and job workers: here at once, elsewhere by one NOTIFY in 20 ms."""

import asyncio
import logging
from typing import TYPE_CHECKING, Any, Final, Literal

import asyncpg

if TYPE_CHECKING:
    from chassis.database import Database

Sleeper = Literal["relay", "jobs"]
CHANNEL: Final = "diwan_wake"
# NOTIFY takes one lock for the whole cluster, so it never runs in a write's transaction.
_DEBOUNCE_SECONDS: Final = 0.02

_log = logging.getLogger(__name__)


class Signals:
    """Who sleeps in this process, and whether a call must reach other processes too.

    A call lost (the process died before its NOTIFY) costs the sleeper's poll interval only.
    """

    def __init__(self, database: "Database") -> None:
        self._database = database
        self._events: dict[str, asyncio.Event] = {"relay": asyncio.Event(), "jobs": asyncio.Event()}
        self._is_enough: dict[str, bool] = {"relay": False, "jobs": False}
        self._pending: set[str] = set()
        self._task: asyncio.Task[None] | None = None

    def attach(self) -> None:
        """Have every commit of this process that leaves work ring the bell."""
        self._database.wake_relay = lambda: self.ring("relay")
        self._database.wake_jobs = lambda: self.ring("jobs")

    def ring(self, sleeper: Sleeper) -> None:
        """Wake the sleeper: there is work that was just committed."""
        self._events[sleeper].set()
        if self._is_enough[sleeper]:
            return
        self._pending.add(sleeper)
        if self._task is None:
            self._task = asyncio.create_task(self._notify())

    def hear(self, _: Any, __: Any, ___: Any, payload: object) -> None:
        """The listener to be added to a connection that LISTENs to CHANNEL."""
        if event := self._events.get(str(payload)):
            event.set()

    def serve_alone(self, sleeper: Sleeper, is_enough: bool) -> None:
        """Whether the sleeper in this process takes all the work, so that no other need wake."""
        self._is_enough[sleeper] = is_enough

    async def wait(self, sleeper: Sleeper, seconds: float) -> None:
        """Sleep until called, or for so long."""
        event = self._events[sleeper]
        try:
            await asyncio.wait_for(event.wait(), seconds)
        except TimeoutError:
            return
        event.clear()

    async def _notify(self) -> None:
        await asyncio.sleep(_DEBOUNCE_SECONDS)
        pending, self._pending, self._task = self._pending, set(), None
        try:
            async with self._database.pool("worker").acquire() as connection:
                for sleeper in pending:
                    await connection.execute("select pg_notify($1, $2)", CHANNEL, sleeper)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            _log.debug("a wake-up call was lost: %s", error)
