"""Clock door of memberships: what time alone makes of them is told."""

from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs
from memberships.memberships.use_cases import looking

jobs = Jobs()


@jobs.schedule("memberships.memberships_change_by_time", "3,18,33,48 * * * *")
async def memberships_change_by_time(context: Context) -> None:
    """Tell which memberships began, went into grace, expired, ended, or are frozen no more."""
    for tenant_id in await looking.tenants_to_look_at(context):
        caller = system(tenant_id, context.service)
        more = True
        while more:
            async with context.database.work(caller, role="worker") as work:
                more = await looking.look(work)
