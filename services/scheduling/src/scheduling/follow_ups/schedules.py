"""Clock door of follow-ups: clients is asked, and follow-ups change hands, by jobs."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs
from scheduling.follow_ups.use_cases import applying, handing_over
from scheduling.follow_ups.use_cases.making import APPLY

jobs = Jobs()

AGAIN: Final = "scheduling.apply_follow_ups_again"


@jobs.job(APPLY, attempts=10, delay=timedelta(seconds=2))
async def apply_follow_up(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Have clients change the status, and write its answer down."""
    await applying.apply(context, tenant_id, UUID(payload["id"]))


@jobs.schedule("scheduling.follow_ups_are_applied_again", "5,15,25,35,45,55 * * * *")
async def follow_ups_are_applied_again(context: Context) -> None:
    """See what waits for an answer of clients for long: a job for each company."""
    for tenant_id in await applying.tenants_to_ask_again(context):
        async with context.database.work(system(tenant_id, context.service), role="worker") as work:
            work.enqueue(AGAIN, {}, unique="clock")


@jobs.job(AGAIN, attempts=3)
async def apply_company_again(context: Context, tenant_id: UUID, _: dict[str, Any]) -> None:
    """Have clients asked for what waits for long in a company."""
    async with context.database.work(system(tenant_id, context.service), role="worker") as work:
        await applying.ask_again(work)


@jobs.job(handing_over.HAND_OVER)
async def hand_over_follow_ups(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Give whom somebody who left had still to follow up to the heir."""
    leaver_id, heir_id = UUID(payload["leaver_id"]), UUID(payload["heir_id"])
    caller = system(tenant_id, context.service)
    after: UUID | None = handing_over.FIRST
    while after is not None:
        async with context.database.work(caller, role="worker") as work:
            after = await handing_over.hand_over(work, leaver_id, heir_id, after)
