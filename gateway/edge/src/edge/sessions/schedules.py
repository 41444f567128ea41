"""Jobs of sessions."""

from typing import Any
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs
from edge.sessions import use_cases

jobs = Jobs()


@jobs.job(use_cases.END_ELSEWHERE)
async def end_elsewhere(context: Context, _: UUID, payload: dict[str, Any]) -> None:
    caller = system(UUID(payload["tenant_id"]), context.service)
    async with context.database.work(caller) as work:
        await use_cases.end_elsewhere(work, context, UUID(payload["session_id"]))


@jobs.schedule("sessions.forget", "20 3 * * *")
async def forget_sessions(context: Context) -> None:
    await use_cases.forget_sessions(context)
