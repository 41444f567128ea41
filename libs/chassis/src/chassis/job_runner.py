"""Runs the jobs and schedules of a service: with back-off, held after too many failures."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final

import asyncpg
from pgqueuer import PgQueuer
from pgqueuer.core.executors import AbstractEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.domain import models
from pgqueuer.domain.errors import RetryRequested

from chassis import jobs, metrics, telemetry
from chassis.context import Context
from chassis.database import UNREACHABLE
from chassis.errors import Unavailable
from chassis.job_queue import PoolDriver, Queue
from chassis.logging import bind
from chassis.signals import Signals

_BATCH: Final = 32
_POLL: Final = timedelta(seconds=1)
# A killed worker's jobs are taken over after this; a living one says so every third of it.
_HEARTBEAT: Final = timedelta(seconds=6)
_LONGEST_DELAY: Final = timedelta(minutes=10)
_OUTAGE_DELAY: Final = timedelta(seconds=3)
_GATHER_SECONDS: Final = 0.01
_DRAIN_SECONDS: Final = 20.0

_log = logging.getLogger(__name__)


class JobRunner:
    """One worker; any number may run, and each job is taken by one of them."""

    def __init__(self, context: Context, signals: Signals, registries: Sequence[jobs.Jobs]) -> None:
        self._context = context
        self._signals = signals
        self._jobs = jobs.Jobs()
        for registry in registries:
            self._jobs.include(registry)
        self._stop = asyncio.Event()
        self._ended = asyncio.Event()
        self._queuer: PgQueuer | None = None

    async def run(self) -> None:
        """Run jobs until stopped; trouble with the database is retried for ever."""
        while not self._stop.is_set():
            try:
                await self._connected()
            except Exception:
                _log.exception("the job worker starts anew")
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), 0.5)
        self._ended.set()

    async def stop(self) -> None:
        """Take no more jobs, and wait for those that run."""
        self._stop.set()
        if self._queuer:
            self._queuer.shutdown.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), _DRAIN_SECONDS)

    async def _connected(self) -> None:
        url = self._context.chassis_settings.database_worker_url.get_secret_value()
        pool = asyncpg.create_pool(url, min_size=1, max_size=3, timeout=3, command_timeout=10)
        async with pool:
            driver = PoolDriver(pool)
            await self._serve(driver, Queue(driver, self._context.chassis_settings.job_concurrency))

    async def _serve(self, driver: PoolDriver, queue: Queue) -> None:
        queuer = PgQueuer(driver, queries=queue)
        self._register(queuer, queue)
        queuer.shutdown = queuer.qm.shutdown = queuer.sm.shutdown = queue.shutdown
        self._queuer = queuer
        if self._stop.is_set():
            return
        waking = asyncio.create_task(self._wake(driver))
        try:
            await queuer.run(
                dequeue_timeout=_POLL, batch_size=_BATCH, heartbeat_timeout=_HEARTBEAT,
                log_aggregation_interval=timedelta(0),
            )  # fmt: skip
        finally:
            self._signals.serve_alone("jobs", False)
            waking.cancel()

    def _register(self, queuer: PgQueuer, queue: Queue) -> None:
        for job in self._jobs.jobs.values():
            queuer.qm.register_executor(job.name, _Executor(job, self._context, queue))
        for schedule in self._jobs.schedules.values():
            tick = _tick(schedule, self._context)
            queuer.sm.schedule(schedule.name, schedule.cron, accepts_context=False)(tick)

    async def _wake(self, driver: PoolDriver) -> None:
        self._signals.serve_alone("jobs", True)
        while True:
            await self._signals.wait("jobs", 60)
            driver.wake()
            await asyncio.sleep(_GATHER_SECONDS)


class _Executor(AbstractEntrypointExecutor):
    """Runs one kind of job."""

    def __init__(self, job: jobs.Job, context: Context, queue: Queue) -> None:
        super().__init__(
            EntrypointExecutorParameters(concurrency_limit=0, func=_unused, on_failure="hold")
        )
        self._job = job
        self._context = context
        self._queue = queue
        self._done = metrics.JOBS.labels(job.name, "done")

    async def execute(self, job: models.Job, context: models.Context) -> None:
        """Run it in its trace; raises RetryRequested, or the error itself to have it held."""
        started = time.perf_counter()
        try:
            await self._run(job)
        except Exception as error:
            metrics.JOBS.labels(job.entrypoint, "failed").observe(time.perf_counter() - started)
            await self._judge(job, error)
        else:
            self._done.observe(time.perf_counter() - started)
        finally:
            self._queue.finished(job.id)

    async def _run(self, job: models.Job) -> None:
        tenant_id, traceparent, payload = jobs.read(job.payload)
        with (
            telemetry.consumer_span(job.entrypoint, traceparent),
            bind(tenant_id=tenant_id, job=job.entrypoint),
        ):
            await self._job.handler(self._context, tenant_id, payload)

    async def _judge(self, job: models.Job, error: Exception) -> None:
        if await self._is_outage(error):
            self._queue.do_not_count(job.id)
            raise RetryRequested(_OUTAGE_DELAY, repr(error)) from error
        attempts = job.attempts + 1
        if attempts >= self._job.attempts:
            raise error
        _log.warning("%s failed (attempt %d): %r", job.entrypoint, attempts, error)
        delay = min(self._job.delay * 2**job.attempts, _LONGEST_DELAY)
        raise RetryRequested(delay, repr(error)) from error

    async def _is_outage(self, error: Exception) -> bool:
        """Whether a part of the system is away, which no number of attempts mends."""
        if isinstance(error, Unavailable):
            return True
        return isinstance(error, UNREACHABLE) and not await self._context.database.is_reachable()


def _tick(
    schedule: jobs.Schedule, context: Context
) -> Callable[[models.Schedule], Awaitable[None]]:
    async def tick(_: models.Schedule) -> None:
        with telemetry.consumer_span(schedule.name), bind(job=schedule.name):
            await schedule.handler(context)

    return tick


async def _unused(_: models.Job) -> None:
    """pgqueuer asks for a function; the executor has its own."""
