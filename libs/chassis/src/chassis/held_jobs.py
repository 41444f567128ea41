"""Jobs that failed as often as they may: held for a person to look at, and to run once more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from chassis.console import print_json
from chassis.jobs import read

if TYPE_CHECKING:
    from chassis.context import Context

_LIST = """
select id, tenant_id, entrypoint, payload, attempts, created,
       (select traceback ->> 'exception_message' from pgqueuer_log as l
         where l.job_id = j.id order by l.created desc limit 1) as error
  from pgqueuer as j where status = 'failed' order by id
"""
# One whose work waits again under its key already needs no second run.
_REQUEUE = """
with again as (
    update pgqueuer as j
       set status = 'queued', attempts = 0, execute_after = now(), updated = now()
     where id = $1 and status = 'failed' and not exists (
           select from pgqueuer as w where w.status = 'queued' and w.dedupe_key = j.dedupe_key)
    returning id
)
delete from pgqueuer
 where id = $1 and status = 'failed' and not exists (select from again)
"""


@dataclass(frozen=True, slots=True)
class HeldJob:
    """A job given up on, and why."""

    id: int
    name: str
    tenant_id: UUID
    payload: dict[str, Any]
    enqueued_at: datetime
    error: str | None


async def list_held_jobs(context: "Context") -> list[HeldJob]:
    """Those that wait for a decision, oldest first."""
    async with context.database.plumbing() as connection:
        rows = await connection.fetch(_LIST)
    return [
        HeldJob(
            row["id"], row["entrypoint"], row["tenant_id"], read(row["payload"])[2],
            row["created"], row["error"],
        )
        for row in rows
    ]  # fmt: skip


async def requeue(context: "Context", ids: Sequence[int]) -> None:
    """Run them once more, with all their attempts."""
    for job_id in ids:
        async with context.database.plumbing() as connection:
            await connection.execute(_REQUEUE, job_id)
    context.database.wake_jobs()


async def command(context: "Context", arguments: Sequence[str]) -> None:
    """`held-jobs [list | requeue ID… | requeue-all]`, a line of JSON each."""
    verb = arguments[0] if arguments else "list"
    if verb == "requeue" and len(arguments) > 1:
        await requeue(context, [int(argument) for argument in arguments[1:]])
    elif verb == "requeue-all":
        await requeue(context, [job.id for job in await list_held_jobs(context)])
    elif verb == "list":
        for job in await list_held_jobs(context):
            print_json(job)
    else:
        raise SystemExit("held-jobs [list | requeue ID… | requeue-all]")
