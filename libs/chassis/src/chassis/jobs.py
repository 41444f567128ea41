"""Durable jobs: enqueued in the transaction of the state that calls for them, run by a worker."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import orjson

from chassis.pool import Connection

if TYPE_CHECKING:
    from chassis.context import Context

JobHandler = Callable[["Context", UUID, dict[str, Any]], Awaitable[None]]
ScheduleHandler = Callable[["Context"], Awaitable[None]]
JobHandlerT = TypeVar("JobHandlerT", bound=JobHandler)
ScheduleHandlerT = TypeVar("ScheduleHandlerT", bound=ScheduleHandler)

_NOW = timedelta(0)
# A job that waits under the same key is not doubled. Touching it locks it until this transaction
# ends, so that no worker starts it before it can see what this transaction changed.
_INSERT = """
insert into pgqueuer as waiting
       (priority, status, tenant_id, entrypoint, payload, execute_after, dedupe_key)
select 0, 'queued', tenant_id, name, payload, now() + after, key
  from unnest($1::uuid[], $2::text[], $3::bytea[], $4::interval[], $5::text[])
    as r (tenant_id, name, payload, after, key)
on conflict (dedupe_key) where status = 'queued' and dedupe_key is not null
do update set execute_after = least(waiting.execute_after, excluded.execute_after)
"""


@dataclass(frozen=True, slots=True)
class Request:
    """A job to be enqueued; `after` is how long it waits, `unique` its key among waiting ones."""

    name: str
    tenant_id: UUID
    payload: dict[str, Any]
    after: timedelta | None = None
    unique: str | None = None
    traceparent: str | None = None

    @property
    def key(self) -> str | None:
        """The key as stored: one tenant's never meets another's, nor one job's another's."""
        return f"{self.name}:{self.tenant_id}:{self.unique}" if self.unique else None

    def to_json(self) -> bytes:
        """What the worker reads back with `read`."""
        stored = {"tenant": self.tenant_id, "trace": self.traceparent, "payload": self.payload}
        return orjson.dumps(stored, default=str)  # ids read by asyncpg are a kind of their own


@dataclass(frozen=True, slots=True)
class Job:
    """A registered handler; after `attempts` failures its job is held for a person."""

    name: str
    handler: JobHandler
    attempts: int
    delay: timedelta


@dataclass(frozen=True, slots=True)
class Schedule:
    """A handler run at each tick of a cron expression (UTC) by one of the workers."""

    name: str
    cron: str
    handler: ScheduleHandler


class Jobs:
    """The jobs and schedules of a feature, listed in its service's `app.py`."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self.schedules: dict[str, Schedule] = {}

    def job(
        self, name: str, *, attempts: int = 8, delay: timedelta = timedelta(seconds=1)
    ) -> Callable[[JobHandlerT], JobHandlerT]:
        """Register a handler; a failure is tried again after `delay`, doubled each time.

        It runs at least once: a worker may die between its last effect and the mark.
        """

        def register(handler: JobHandlerT) -> JobHandlerT:
            _refuse_second(name, self.jobs)
            self.jobs[name] = Job(name, handler, attempts, delay)
            return handler

        return register

    def schedule(self, name: str, cron: str) -> Callable[[ScheduleHandlerT], ScheduleHandlerT]:
        """Register a handler for each tick of `cron` (minute hour day month weekday [second])."""

        def register(handler: ScheduleHandlerT) -> ScheduleHandlerT:
            _refuse_second(name, self.schedules)
            self.schedules[name] = Schedule(name, cron, handler)
            return handler

        return register

    def include(self, other: "Jobs") -> None:
        """Take over another registry's jobs and schedules."""
        for name in other.jobs:
            _refuse_second(name, self.jobs)
        for name in other.schedules:
            _refuse_second(name, self.schedules)
        self.jobs |= other.jobs
        self.schedules |= other.schedules


async def insert(connection: Connection, requests: Sequence[Request]) -> None:
    """Enqueue in the connection's transaction: a rollback leaves nothing to run."""
    rows = _without_doubles(requests)
    await connection.execute(
        _INSERT, [row.tenant_id for row in rows], [row.name for row in rows],
        [row.to_json() for row in rows], [row.after or _NOW for row in rows],
        [row.key for row in rows],
    )  # fmt: skip


def read(payload: bytes | None) -> tuple[UUID, str | None, dict[str, Any]]:
    """Tenant, traceparent and payload of a stored job."""
    stored = orjson.loads(payload or b"{}")
    return UUID(stored["tenant"]), stored["trace"], stored["payload"]


def _without_doubles(requests: Sequence[Request]) -> list[Request]:
    """The soonest of each key, since one statement may touch a row only once."""
    by_key: dict[object, Request] = {}
    for place, request in enumerate(requests):
        key = request.key or place
        kept = by_key.setdefault(key, request)
        if (request.after or _NOW) < (kept.after or _NOW):
            by_key[key] = request
    return list(by_key.values())


def _refuse_second(name: str, registered: dict[str, Any]) -> None:
    if name in registered:
        raise ValueError(f"{name} is registered twice")
