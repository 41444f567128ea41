"""Clock door of memberships: what time alone makes of them is told."""

from typing import Any, Final
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs
from memberships.memberships.use_cases import expiring, looking

jobs = Jobs()

LOOK: Final = "memberships.look_at_company"


@jobs.schedule("memberships.memberships_change_by_time", "3,18,33,48 * * * *")
async def memberships_change_by_time(context: Context) -> None:
    """Tell which memberships began, are about to expire, went into grace, expired, ended, or are
    frozen no more.

    By a job of each company's own: what one fails at keeps no other one waiting.
    """
    for tenant_id in await looking.tenants_to_look_at(context):
        async with context.database.work(system(tenant_id, context.service), role="worker") as work:
            work.enqueue(LOOK, {}, unique="clock")


@jobs.job(LOOK, attempts=3)
async def look_at_company(context: Context, tenant_id: UUID, _: dict[str, Any]) -> None:
    """Tell what those of a company have become, and which of them are about to expire."""
    caller = system(tenant_id, context.service)
    for step in (looking.look, expiring.tell_expiring):
        more = True
        while more:
            async with context.database.work(caller, role="worker") as work:
                more = await step(work)
