"""pgqueuer on our terms: what it asks the database, and how it is woken."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, Final, Self

import asyncpg
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.tm import TaskManager
from pgqueuer.domain.models import Job, Schedule, TableChangedEvent, utc_now
from pgqueuer.domain.settings import db_settings
from pgqueuer.ports.driver import Driver, NotifyCallback

from chassis.database import UNREACHABLE

_RETRY_SECONDS: Final = 0.5

# Soonest due first, then what a dead worker left behind. pgqueuer's own statement also writes a
# log row for each pick; a job that goes well leaves none here.
_CLAIM: Final = """
with due as (
    select id from pgqueuer
     where status = 'queued' and execute_after <= now() and entrypoint = any($1)
     order by execute_after, id limit $2 for update skip locked
), stale as (
    select id from pgqueuer
     where status = 'picked' and heartbeat < now() - $3::interval and entrypoint = any($1)
     limit $2 for update skip locked
)
update pgqueuer set status = 'picked', updated = now(), heartbeat = now(), queue_manager_id = $4
 where id in (select id from due union all select id from stale)
returning id, priority, created, updated, heartbeat, execute_after, status, entrypoint, payload,
          attempts, queue_manager_id, headers
"""
_NEXT: Final = """
select execute_after - now() as eta from pgqueuer
 where status = 'queued' and entrypoint = any($1) order by execute_after limit 1
"""
_DONE: Final = "delete from pgqueuer where id = any($1)"
_RETURN: Final = """
update pgqueuer set status = 'queued', queue_manager_id = null where id = any($1)
"""
# Only while it is still ours: after a long outage another worker may run it.
_RETRY: Final = """
update pgqueuer
   set status = 'queued', queue_manager_id = null, updated = now(),
       execute_after = now() + $2::interval, attempts = attempts + $3
 where id = $1 and queue_manager_id = $4
"""

_log = logging.getLogger(__name__)


class PoolDriver(Driver):
    """A pool; notifications stay in the process, since nothing here needs LISTEN."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self._pool = pool
        self._heard: list[NotifyCallback] = []
        self._shutdown = asyncio.Event()
        self.is_awake = False

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        """All rows."""
        return [dict(row) for row in await self._pool.fetch(query, *args)]

    async def execute(self, query: str, *args: object) -> str:
        """The command's tag."""
        tag: str = await self._pool.execute(query, *args)
        return tag

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        """Hear what `notify` and `wake` say."""
        self._heard.append(callback)

    async def notify(self, channel: str, payload: str) -> None:
        """Tell the listeners of this process."""
        for callback in self._heard:
            callback(payload)

    def wake(self) -> None:
        """Say that there is work; said once until the queue is looked at."""
        if self.is_awake:
            return
        self.is_awake = True
        payload = TableChangedEvent(
            channel=db_settings().channel, sent_at=utc_now(), type="table_changed_event",
            operation="insert", table="pgqueuer",
        ).model_dump_json()  # fmt: skip
        for callback in self._heard:
            callback(payload)

    @property
    def shutdown(self) -> asyncio.Event:
        """Asked for by pgqueuer's protocol."""
        return self._shutdown

    @property
    def tm(self) -> TaskManager:
        """Asked for by pgqueuer's protocol."""
        return TaskManager()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """The pool is closed by who opened it."""


class Queue(Queries):
    """pgqueuer's statements, fewer and cheaper, and proof against outages of the database.

    pgqueuer holds a job as failed when it cannot even write down that it will be tried again;
    here that waits until the database is back.
    """

    def __init__(self, driver: PoolDriver, limit: int) -> None:
        super().__init__(driver)
        self._pool = driver
        self._limit = limit
        self._is_exhausted = False
        self._eta: timedelta | None = None
        self._not_counted: set[int] = set()
        self._running: set[int] = set()
        self.shutdown = asyncio.Event()

    def do_not_count(self, job_id: int) -> None:
        """The attempt that just failed was no fault of the job."""
        self._not_counted.add(job_id)

    def finished(self, job_id: int) -> None:
        """A job ended: where none could be taken any more, there is room again."""
        self._running.discard(job_id)
        if len(self._running) == self._limit - 1:
            self._pool.wake()

    async def dequeue(
        self, batch_size: int, entrypoints: Mapping[Any, Any], queue_manager_id: Any,
        global_concurrency_limit: int | None, heartbeat_timeout: timedelta,
    ) -> list[Job]:  # fmt: skip
        """Jobs to run now, at most as many as there is room for."""
        self._pool.is_awake = False
        room = min(batch_size, self._limit - len(self._running))
        if self._is_exhausted or room <= 0:
            # pgqueuer asks until nothing comes; a short batch has told already.
            self._is_exhausted = False
            return []
        try:
            rows = await self._pool.fetch(
                _CLAIM, list(entrypoints), room, heartbeat_timeout, queue_manager_id
            )
        except UNREACHABLE as error:
            _log.warning("no jobs: %r", error)
            return []
        self._is_exhausted = 0 < len(rows) < room
        found = [Job.model_validate(row) for row in rows]
        self._running.update(job.id for job in found)
        return found

    async def eligible_queued_work(self, entrypoints: list[Any]) -> int:
        """Whether a job is due now; when the next one is, goes to `next_deferred_eta`."""
        self._eta = None
        if len(self._running) >= self._limit:
            return 0
        try:
            rows = await self._pool.fetch(_NEXT, entrypoints)
        except UNREACHABLE:
            return 0
        eta: Any = rows[0]["eta"] if rows else None
        if eta is not None and eta <= timedelta(0):
            return 1
        self._eta = eta
        return 0

    async def next_deferred_eta(self, entrypoints: list[Any]) -> timedelta | None:
        """How long until the next job is due."""
        return self._eta

    async def queued_work(self, entrypoints: list[Any]) -> int:
        """Answered by `eligible_queued_work` already."""
        return 0

    async def log_jobs(self, job_status: list[tuple[Any, Any, Any]]) -> None:
        """Done ones go; those cut off in this process are for another; failed ones stay."""
        done = [job.id for job, status, _ in job_status if status == "successful"]
        cut = [job.id for job, status, _ in job_status if status == "canceled"]
        failed = [entry for entry in job_status if entry[1] not in ("successful", "canceled")]
        if done:
            await self.driver.execute(_DONE, done)
        if cut:
            await self.driver.execute(_RETURN, cut)
        if failed:
            await super().log_jobs(failed)

    async def retry_job(self, job: Job, delay: timedelta, traceback_record: Any) -> None:
        """Try again later, unless the same work waits under its key already."""
        counts = 0 if job.id in self._not_counted else 1
        self._not_counted.discard(job.id)
        try:
            await self._persist(lambda: self.driver.execute(
                _RETRY, job.id, delay, counts, job.queue_manager_id
            ))  # fmt: skip
        except asyncpg.UniqueViolationError:
            await self._persist(lambda: self.driver.execute(_DONE, [job.id]))

    async def fetch_schedule(self, entrypoints: Mapping[Any, Any]) -> list[Schedule]:
        """The schedules that tick now."""
        found = await self._persist(lambda: super(Queue, self).fetch_schedule(dict(entrypoints)))
        return found or []

    async def _persist(self, ask: Callable[[], Awaitable[Any]]) -> Any:
        """Ask until the database answers, or the worker stops."""
        while True:
            try:
                return await ask()
            except UNREACHABLE:
                if self.shutdown.is_set():
                    return None
                await asyncio.sleep(_RETRY_SECONDS)
