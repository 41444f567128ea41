"""Clock door of reminders: what is due goes out, and what is to come is reckoned."""

from typing import Any, Final
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs
from scheduling.reminder_rules.use_cases import RECKON
from scheduling.reminders.repository.rows import tenants_with_due, tenants_with_left
from scheduling.reminders.use_cases import reckoning, sending

jobs = Jobs()

AGAIN: Final = "scheduling.send_reminders_again"


@jobs.job(RECKON)
async def reckon_reminders(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Reckon what is to come of some appointments, or of all."""
    await reckoning.reckon_in_job(context, tenant_id, payload)


@jobs.schedule("scheduling.reminders_fall_due", "* * * * *")
async def reminders_fall_due(context: Context) -> None:
    """See who is to be reminded: a job for each company, which fails by itself."""
    due = await tenants_with_due(context, context.database.clock())
    await _each(context, due, reckoning.SEND_DUE)


@jobs.job(reckoning.SEND_DUE, attempts=3)
async def send_due_reminders(context: Context, tenant_id: UUID, _: dict[str, Any]) -> None:
    """Take in hand what is due in a company, page by page."""
    caller, more = system(tenant_id, context.service), True
    while more:
        async with context.database.work(caller, role="worker") as work:
            more = await sending.send_due(work)


@jobs.job(sending.SEND)
async def send_reminder(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Remind somebody."""
    await sending.send_reminder(context, tenant_id, UUID(payload["reminder_id"]))


@jobs.schedule("scheduling.reminders_are_sent_again", "5,15,25,35,45,55 * * * *")
async def reminders_are_sent_again(context: Context) -> None:
    """See what waits for an answer for long, as its job was given up."""
    before = context.database.clock() - sending.PATIENCE
    await _each(context, await tenants_with_left(context, before), AGAIN)


@jobs.job(AGAIN, attempts=3)
async def send_reminders_again(context: Context, tenant_id: UUID, _: dict[str, Any]) -> None:
    """Have asked for what waits for long in a company."""
    async with context.database.work(system(tenant_id, context.service), role="worker") as work:
        await sending.send_again(work)


async def _each(context: Context, tenant_ids: list[UUID], job: str) -> None:
    """A job for each company: what one fails at keeps no other one waiting."""
    for tenant_id in tenant_ids:
        async with context.database.work(system(tenant_id, context.service), role="worker") as work:
            work.enqueue(job, {}, unique="clock")
