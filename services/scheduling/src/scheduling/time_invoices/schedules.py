"""Clock door of invoicing work time: billing is asked by jobs."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs
from scheduling.time_invoices import use_cases

jobs = Jobs()

AGAIN: Final = "scheduling.ask_for_time_invoices_again"


@jobs.job(use_cases.ASK, attempts=10, delay=timedelta(seconds=2))
async def ask_for_time_invoice(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Have billing make a draft of some work time, and write its answer down."""
    await use_cases.send(context, tenant_id, UUID(payload["id"]))


@jobs.schedule("scheduling.time_invoices_are_asked_for_again", "7,17,27,37,47,57 * * * *")
async def time_invoices_are_asked_for_again(context: Context) -> None:
    """See what waits for an answer of billing for long: a job for each company."""
    for tenant_id in await use_cases.tenants_with_pending(context):
        async with context.database.work(system(tenant_id, context.service), role="worker") as work:
            work.enqueue(AGAIN, {}, unique="clock")


@jobs.job(AGAIN, attempts=3)
async def ask_company_again(context: Context, tenant_id: UUID, _: dict[str, Any]) -> None:
    """Have billing asked for what waits for long in a company."""
    async with context.database.work(system(tenant_id, context.service), role="worker") as work:
        await use_cases.ask_again(work)
