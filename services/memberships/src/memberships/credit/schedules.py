"""Clock door of credit: what ends is lost, and whoever would lose something soon is told."""

from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs
from memberships.credit.use_cases import expiring

jobs = Jobs()


@jobs.schedule("memberships.credit_expires", "*/15 * * * *")
async def credit_expires(context: Context) -> None:
    """See what has ended, or ends soon, on the day of its company."""
    for tenant_id in await expiring.tenants(context):
        caller = system(tenant_id, context.service)
        for step in (expiring.expire, expiring.tell_soon):
            more = True
            while more:
                async with context.database.work(caller, role="worker") as work:
                    more = await step(work)
