"""Clock door of invoices: what was not paid in time is told."""

from billing.invoices.use_cases import overdue
from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs

jobs = Jobs()


@jobs.schedule("billing.invoices_fall_overdue", "8,23,38,53 * * * *")
async def invoices_fall_overdue(context: Context) -> None:
    """Tell of invoices whose due date is past, each once, on the day of their company."""
    for tenant_id in await overdue.tenants_with_overdue(context):
        caller = system(tenant_id, context.service)
        more = True
        while more:
            async with context.database.work(caller, role="worker") as work:
                more = await overdue.tell_overdue(work)
