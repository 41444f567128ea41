"""Clock door of estimates: what was not answered in time is told."""

from billing.estimates.use_cases import expiring
from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs

jobs = Jobs()


@jobs.schedule("billing.estimates_expire", "3,18,33,48 * * * *")
async def estimates_expire(context: Context) -> None:
    """Tell of estimates whose last day is over, each once, on the day of their company."""
    for tenant_id in await expiring.tenants_with_expired(context):
        caller = system(tenant_id, context.service)
        more = True
        while more:
            async with context.database.work(caller, role="worker") as work:
                more = await expiring.tell_expired(work)
