"""Background work: begun in a request, done chunk by chunk, gone on with by whoever is left."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias
from uuid import UUID

from background.jobs import rules
from background.jobs.repository import AnyJob, JobRepository
from background.jobs.rules import Task
from background.jobs.tables import Job
from chassis.caller import Caller, system
from chassis.context import Context
from chassis.database import failure_of
from chassis.errors import Failure, Unavailable
from chassis.work import Trail, UnitOfWork

# Does the next chunk; what is written down of the job is told by `going_on` or `ending`.
Step: TypeAlias = Callable[[UnitOfWork, Task], Awaitable[dict[str, Any]]]
# Asks others what the next chunk has to know, before that chunk's first statement.
Ask: TypeAlias = Callable[[UnitOfWork, Task], Awaitable[None]]

_log = logging.getLogger(__name__)


async def begin_job(
    work: UnitOfWork, kind: str, asked: Mapping[str, Any], *, total: int | None = None,
    undo_of_id: UUID | None = None,
) -> UUID:  # fmt: skip
    """Enqueue background work in the caller's name; of one that undoes another there is one."""
    await AnyJob(work).forget_old()
    job = await AnyJob(work).add_unless_taken(
        kind=kind, status=rules.QUEUED, author=work.caller.principal,
        rights=rules.rights_kept(work.caller), asked=dict(asked), state={}, done=0, total=total,
        failures=0, depth=work.trail.depth, undo_of_id=undo_of_id,
    )  # fmt: skip
    if job is None:
        return await _resumed(work, undo_of_id)
    _enqueue(work, job)
    return job.id


async def task_to_undo(work: UnitOfWork, job_id: UUID, kind: str) -> Task:
    """The ended job of this kind that is to be undone; raises JobNotFound and JobRunning."""
    job = await JobRepository(work, rules.service_of(kind)).get_for_update(job_id)
    if job.kind != kind:
        raise rules.JobNotFound()
    if job.status not in rules.ENDED:
        raise rules.JobRunning()
    return _task(job)


async def task_undone(work: UnitOfWork, task: Task) -> Task:
    """The job that this one undoes."""
    if task.undo_of_id is None:
        raise rules.JobNotFound()
    return _task(await AnyJob(work).get(task.undo_of_id))


async def cancel_job(work: UnitOfWork, service: str, job_id: UUID) -> Job:
    """Stop background work; what is done stays, and can be undone."""
    job = await JobRepository(work, service).get_for_update(job_id)
    if job.status == rules.CANCELLED:
        return job
    if job.status in rules.ENDED:
        raise rules.JobEnded()
    return await JobRepository(work, service).update(job, status=rules.CANCELLED, ended_at=work.now)


def going_on(done: int, state: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """How far a job is after a chunk, and what the next one has to know."""
    return {"status": rules.RUNNING, "done": done, "state": dict(state), "failures": 0, **more}


def ending(work: UnitOfWork, result: Mapping[str, Any]) -> dict[str, Any]:
    """What came of a job whose last chunk is done."""
    return {"status": rules.DONE, "result": dict(result), "ended_at": work.now}


async def run_job(
    context: Context, tenant_id: UUID, payload: Mapping[str, Any], step: Step,
    ask: Ask | None = None,
) -> None:  # fmt: skip
    """Do chunk after chunk until the end; a killed worker's job goes on where it was.

    The row of the job is locked by each chunk and tells how far it is, so that nothing is done
    twice, even by two workers who both take it for theirs.
    """
    job_id = UUID(payload["job_id"])
    try:
        while not await _next_chunk(context, tenant_id, job_id, step, ask):
            if context.draining:  # another worker takes it over
                raise Unavailable()
            await asyncio.sleep(0)
    except Exception as error:
        failure = failure_of(error)
        if isinstance(failure, Unavailable):
            raise
        _log.warning("a chunk of the job %s failed: %r", job_id, error)
        if not await _give_up(context, tenant_id, job_id, failure):
            raise


async def _next_chunk(
    context: Context, tenant_id: UUID, job_id: UUID, step: Step, ask: Ask | None
) -> bool:
    """Whether the job has ended."""
    us = system(tenant_id, context.service)
    async with context.database.work(us, role="worker") as work:
        job = await AnyJob(work).find(job_id)
    if job is None or job.status in rules.ENDED:
        return True
    if (maker := await _maker(context, job)) is None:
        await _give_up(context, tenant_id, job_id, rules.MakerGone())
        return True
    trail = Trail(str(job.id), job.depth)
    async with context.database.work(maker, role="worker", trail=trail) as work:
        work.plan_once()
        if ask is not None:
            await ask(work, _task(job))
        asked, job = job, await AnyJob(work).get_for_update(job_id)
        if job.status in rules.ENDED:
            return True
        if ask is not None and job.state != asked.state:  # another worker was quicker
            return False
        job = await AnyJob(work).update(job, **await step(work, _task(job)))
    return job.status in rules.ENDED


async def _maker(context: Context, job: Job) -> Caller | None:
    """Who started it, with the rights they have now; None for somebody gone."""
    if job.rights is not None:
        key = rules.caller_kept(job.tenant_id, job.author, job.rights)
        return None if context.tokens.is_revoked(key, job.created_at.timestamp()) else key
    user_id = UUID(job.author.partition(":")[2])
    return await context.rights(context, job.tenant_id, user_id)


async def _give_up(
    context: Context, tenant_id: UUID, job_id: UUID, failure: Failure | None
) -> bool:  # fmt: skip
    """Count a failure; whether it was the last one, or one that trying again does not mend."""
    us = system(tenant_id, context.service)
    async with context.database.work(us, role="worker") as work:
        job = await AnyJob(work).get_for_update(job_id)
        if job.status in rules.ENDED:
            return True
        failures = job.failures + 1
        is_over = failure is not None or failures >= rules.MOST_FAILURES
        failed = {
            "status": rules.FAILED, "ended_at": work.now,
            "error": rules.told(failure or rules.JobBroken()),
        }  # fmt: skip
        await AnyJob(work).update(job, failures=failures, **(failed if is_over else {}))
    return is_over


async def _resumed(work: UnitOfWork, undo_of_id: UUID | None) -> UUID:
    """The job that undoes this one already; where it was stopped, it goes on."""
    job = await AnyJob(work).undoing(undo_of_id)
    if job is None:
        raise rules.JobNotFound()
    if job.status in (rules.CANCELLED, rules.FAILED):
        job = await AnyJob(work).update(
            job, status=rules.QUEUED, ended_at=None, error=None, failures=0,
            author=work.caller.principal, rights=rules.rights_kept(work.caller),
        )  # fmt: skip
        _enqueue(work, job)
    return job.id


def _task(job: Job) -> Task:
    return Task(job.id, job.asked, job.state, job.done, job.total, job.result, job.undo_of_id)


def _enqueue(work: UnitOfWork, job: Job) -> None:
    work.enqueue(job.kind, {"job_id": str(job.id)}, unique=str(job.id))
