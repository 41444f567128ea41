"""Clock door of tasks: what was not done in time is told, and what is handed over."""

from typing import Any, Final
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs
from scheduling.tasks.use_cases import falling_due, handing_over

jobs = Jobs()

TELL: Final = "scheduling.tell_overdue_tasks"


@jobs.schedule("scheduling.tasks_fall_due", "* * * * *")
async def tasks_fall_due(context: Context) -> None:
    """See which tasks are overdue: a job for each company, which fails by itself."""
    for tenant_id in await falling_due.tenants_with_overdue(context):
        async with context.database.work(system(tenant_id, context.service), role="worker") as work:
            work.enqueue(TELL, {}, unique="clock")


@jobs.job(TELL, attempts=3)
async def tell_overdue_tasks(context: Context, tenant_id: UUID, _: dict[str, Any]) -> None:
    """Tell of those of a company, once each."""
    caller, more = system(tenant_id, context.service), True
    while more:
        async with context.database.work(caller, role="worker") as work:
            more = await falling_due.tell(work)


@jobs.job(handing_over.HAND_OVER)
async def hand_over_tasks(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Give what somebody who left had still to do to the heir."""
    leaver_id, heir_id = UUID(payload["leaver_id"]), UUID(payload["heir_id"])
    caller = system(tenant_id, context.service)
    after: UUID | None = handing_over.FIRST
    while after is not None:
        async with context.database.work(caller, role="worker") as work:
            after = await handing_over.hand_over(work, leaver_id, heir_id, after)
