"""Jobs: run if and only if their transaction commits, at least once, until they succeed."""

import asyncio
import time
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from chassis import metrics
from chassis.caller import system
from chassis.context import Context
from chassis.errors import Unavailable
from chassis.held_jobs import list_held_jobs, requeue
from chassis.housekeeping import chores
from chassis.ids import new_id
from chassis.job_runner import JobRunner
from chassis.jobs import Jobs
from chassis.settings import ChassisSettings
from chassis.signals import Signals
from chassis.testing.eventually import eventually
from libs.chassis.tests.plumbing.parts import (
    SERVICE,
    add_effect,
    effects,
    process,
    program,
    query,
    running,
)
from local.servers.backing import BackingServers

SOON = timedelta(milliseconds=100)


class Bench:
    """Jobs that note their runs, and fail or stall as told."""

    def __init__(self) -> None:
        self.jobs = Jobs()
        self.runs: Counter[int] = Counter()
        self.tenants: list[UUID] = []
        self.error: Exception | None = None
        self.spared: set[int] = set()
        self.gate = asyncio.Event()
        self.gate.set()
        self.jobs.job("plumbing.note", attempts=3, delay=SOON)(self.note)

    async def note(self, context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
        self.runs[payload["number"]] += 1
        self.tenants.append(tenant_id)
        await self.gate.wait()
        if self.error and payload["number"] not in self.spared:
            raise self.error

    async def touch(self, context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
        await self.note(context, tenant_id, payload)
        async with context.database.work(system(tenant_id, SERVICE)) as work:
            await add_effect(work, "touched")

    async def ran(self, number: int, times: int = 1) -> bool:
        return self.runs[number] >= times


@pytest.fixture
def bench() -> Bench:
    return Bench()


async def enqueue(
    context: Context, *numbers: int, name: str = "plumbing.note", tenant: UUID | None = None,
    **options: Any,
) -> None:  # fmt: skip
    async with context.database.work(system(tenant or new_id(), SERVICE)) as work:
        for number in numbers:
            work.enqueue(name, {"number": number}, **options)


async def left(settings: ChassisSettings) -> list[Any]:
    return await query(settings, "select status, attempts from pgqueuer order by id")


async def none_left(settings: ChassisSettings) -> bool:
    return not await left(settings)


async def test_a_job_runs_at_once_for_its_tenant_and_is_gone(
    context: Context, settings: ChassisSettings, signals: Signals, bench: Bench
) -> None:
    tenant = new_id()
    async with running(JobRunner(context, signals, [bench.jobs])):
        await enqueue(context, 1)
        await eventually(lambda: bench.ran(1))
        delays: list[float] = []
        for number in range(2, 7):
            started = time.perf_counter()
            await enqueue(context, number, tenant=tenant)
            await eventually(lambda number=number: bench.ran(number), every=0.002)
            delays.append(time.perf_counter() - started)
        await eventually(lambda: none_left(settings))
    # A job that nobody rang for waits for the next look, a second on.
    assert min(delays) < 0.5
    assert bench.tenants[-1] == tenant
    assert bench.runs == dict.fromkeys(range(1, 7), 1)


async def test_a_job_of_a_rolled_back_transaction_never_runs(
    context: Context, settings: ChassisSettings, signals: Signals, bench: Bench
) -> None:
    async with running(JobRunner(context, signals, [bench.jobs])):
        with pytest.raises(LookupError):
            async with context.database.work(system(new_id(), SERVICE)) as work:
                work.enqueue("plumbing.note", {"number": 1})
                await add_effect(work, "undone")
                raise LookupError
        with pytest.raises(asyncpg.UndefinedTableError):
            async with context.database.work(system(new_id(), SERVICE)) as work:
                work.enqueue("plumbing.note", {"number": 1})
                await (await work.connection()).execute("select from nothing")
        await enqueue(context, 2)
        await eventually(lambda: bench.ran(2))
        await eventually(lambda: none_left(settings))
    assert bench.runs[1] == 0
    assert await effects(settings) == []


async def test_a_deferred_job_waits_its_time(
    context: Context, signals: Signals, bench: Bench
) -> None:
    started = time.perf_counter()
    async with running(JobRunner(context, signals, [bench.jobs])):
        await enqueue(context, 1, after=timedelta(seconds=1))
        await eventually(lambda: bench.ran(1))
    assert time.perf_counter() - started >= 1


async def test_a_second_of_the_same_key_does_not_wait_too(
    context: Context, settings: ChassisSettings, signals: Signals, bench: Bench
) -> None:
    tenant = new_id()
    await enqueue(context, 1, tenant=tenant, unique="a", after=timedelta(hours=1))
    await enqueue(context, 2, 3, tenant=tenant, unique="a")
    await enqueue(context, 4, unique="a")
    assert len(await left(settings)) == 2
    async with running(JobRunner(context, signals, [bench.jobs])):
        await eventually(lambda: none_left(settings))
    assert bench.runs == {1: 1, 4: 1}


async def test_work_asked_for_while_it_runs_is_run_again(
    context: Context, settings: ChassisSettings, signals: Signals, bench: Bench
) -> None:
    tenant = new_id()
    bench.gate.clear()
    async with running(JobRunner(context, signals, [bench.jobs])):
        await enqueue(context, 1, tenant=tenant, unique="a")
        await eventually(lambda: bench.ran(1))
        await enqueue(context, 2, tenant=tenant, unique="a")
        bench.gate.set()
        await eventually(lambda: bench.ran(2))
        await eventually(lambda: none_left(settings))


async def test_a_job_that_fails_is_tried_again_and_then_held_until_requeued(
    context: Context, settings: ChassisSettings, signals: Signals, bench: Bench
) -> None:
    bench.error = ValueError("no")
    async with running(JobRunner(context, signals, [bench.jobs])):
        await enqueue(context, 1)
        await eventually(lambda: list_held_jobs(context))
        assert bench.runs[1] == 3
        [held] = await list_held_jobs(context)
        assert (held.name, held.payload, held.error) == ("plumbing.note", {"number": 1}, "no")
        bench.error = None
        await requeue(context, [held.id])
        await eventually(lambda: bench.ran(1, 4))
        await eventually(lambda: none_left(settings))


async def test_a_retry_gives_way_to_the_same_work_waiting(
    context: Context, settings: ChassisSettings, signals: Signals, bench: Bench
) -> None:
    tenant = new_id()
    bench.gate.clear()
    bench.error, bench.spared = ValueError("no"), {2}
    async with running(JobRunner(context, signals, [bench.jobs])):
        await enqueue(context, 1, tenant=tenant, unique="a")
        await eventually(lambda: bench.ran(1))
        await enqueue(context, 2, tenant=tenant, unique="a", after=timedelta(seconds=2))
        bench.gate.set()
        await eventually(lambda: none_left(settings))
    assert bench.runs == {1: 1, 2: 1}


async def test_an_outage_elsewhere_uses_up_no_attempt(
    context: Context, settings: ChassisSettings, signals: Signals, bench: Bench
) -> None:
    bench.error = Unavailable()
    async with running(JobRunner(context, signals, [bench.jobs])):
        await enqueue(context, 1)
        await eventually(lambda: bench.ran(1, 2))
        await eventually(lambda: _waits(settings))
        assert [row["attempts"] for row in await left(settings)] == [0]


async def test_two_workers_run_each_job_once(
    context: Context, other: Context, settings: ChassisSettings, signals: Signals, bench: Bench
) -> None:
    runners = [
        JobRunner(context, signals, [bench.jobs]),
        JobRunner(other, Signals(other.database), [bench.jobs]),
    ]
    async with running(*runners):
        for start in range(0, 600, 60):
            await enqueue(context, *range(start, start + 60))
        await eventually(lambda: none_left(settings))
    assert bench.runs == dict.fromkeys(range(600), 1)


async def test_a_job_of_a_killed_worker_is_taken_over(
    context: Context, settings: ChassisSettings, signals: Signals, bench: Bench
) -> None:
    bench.jobs.job("plumbing.stall")(bench.note)
    async with program(settings, "jobs") as killed:
        await enqueue(context, 1, name="plumbing.stall")
        await eventually(lambda: effects(settings))
        killed.kill()
        await killed.wait()
    async with running(JobRunner(context, signals, [bench.jobs])):
        await eventually(lambda: bench.ran(1))
        await eventually(lambda: none_left(settings))


async def test_stopping_waits_for_what_runs_and_leaves_the_rest(
    context: Context, settings: ChassisSettings, signals: Signals, bench: Bench
) -> None:
    bench.gate.clear()
    runner = JobRunner(context, signals, [bench.jobs])
    task = asyncio.create_task(runner.run())
    await enqueue(context, 1)
    await eventually(lambda: bench.ran(1))
    stopping = asyncio.create_task(runner.stop())
    await enqueue(context, 2, after=timedelta(milliseconds=1))
    bench.gate.set()
    await stopping
    await task
    assert bench.runs == {1: 1}
    assert [row["status"] for row in await left(settings)] == ["queued"]


async def test_postgresql_may_restart_while_jobs_run(
    fragile: BackingServers, fragile_settings: ChassisSettings, bench: Bench
) -> None:
    bench.gate.clear()
    bench.jobs.job("plumbing.touch", attempts=1)(bench.touch)
    async with process(fragile_settings) as context:
        signals = Signals(context.database)
        signals.attach()
        async with running(JobRunner(context, signals, [bench.jobs, chores])):
            await enqueue(context, 1, name="plumbing.touch")
            await eventually(lambda: bench.ran(1))
            await fragile.postgres.stop()
            bench.gate.set()
            await eventually(lambda: _failed("plumbing.touch"))
            await fragile.postgres.start()
            await eventually(lambda: bench.ran(1, 2))
            await enqueue(context, 2)
            await eventually(lambda: bench.ran(2))
            await eventually(lambda: none_left(fragile_settings))


async def test_a_schedule_ticks_on_one_of_two_workers(
    context: Context, other: Context, signals: Signals
) -> None:
    ticks: list[float] = []
    jobs = Jobs()

    @jobs.schedule("plumbing.tick", "* * * * * *")
    async def tick(_: Context) -> None:
        ticks.append(time.time())

    async def ticked() -> bool:
        return len(ticks) >= 3

    runners = [
        JobRunner(context, signals, [jobs]), JobRunner(other, Signals(other.database), [jobs]),
    ]  # fmt: skip
    started = time.time()
    async with running(*runners):
        await eventually(ticked)
    assert len(ticks) <= time.time() - started + 1


async def test_the_app_role_sees_only_its_tenants_jobs(context: Context) -> None:
    mine, yours = new_id(), new_id()
    await enqueue(context, 1, tenant=mine)
    await enqueue(context, 2, tenant=yours)
    async with context.database.work(system(mine, SERVICE)) as work:
        connection = await work.connection()
        rows = await connection.fetch("select tenant_id from pgqueuer")
        assert [row["tenant_id"] for row in rows] == [mine]


async def test_a_hundred_thousand_waiting_reminders_cost_a_dequeue_nothing(
    context: Context, settings: ChassisSettings, signals: Signals, bench: Bench
) -> None:
    await query(
        settings,
        "insert into pgqueuer (priority, status, entrypoint, tenant_id, payload, execute_after)"
        " select 0, 'queued', 'plumbing.note', gen_random_uuid(), '{}', now() + interval '1 day'"
        "   from generate_series(1, 100000)",
    )
    await query(settings, "analyze pgqueuer")
    async with running(JobRunner(context, signals, [bench.jobs])):
        await enqueue(context, 1)
        await eventually(lambda: bench.ran(1))
    plan = await query(
        settings,
        "explain (analyze, buffers off, costs off, timing off) select id from pgqueuer"
        " where status = 'queued' and execute_after <= now() and entrypoint = any($1)"
        " order by execute_after, id limit 32 for update skip locked",
        ["plumbing.note"],
    )
    assert any("pgqueuer_due_idx" in row[0] for row in plan)
    assert not any("Rows Removed" in row[0] for row in plan)


def test_a_job_is_registered_once() -> None:
    jobs = Jobs()
    jobs.job("a.b")(_nothing)
    with pytest.raises(ValueError, match=r"a\.b"):
        jobs.job("a.b")(_nothing)
    with pytest.raises(ValueError, match=r"a\.b"):
        jobs.include(jobs)


async def _nothing(_: Context, __: UUID, ___: dict[str, Any]) -> None: ...


async def _waits(settings: ChassisSettings) -> bool:
    return [row["status"] for row in await left(settings)] == ["queued"]


async def _failed(name: str) -> bool:
    return bool(metrics.JOBS.labels(name, "failed")._sum.get())
