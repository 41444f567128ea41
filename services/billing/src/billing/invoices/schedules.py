"""Clock door of invoices: links are mailed, and what was not paid in time is told."""

from typing import Any
from uuid import UUID

from billing.invoices.use_cases import overdue
from billing.invoices.use_cases.linking import LINKED
from billing.links.use_cases import mailing
from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs

jobs = Jobs()


@jobs.job(LINKED.job)
async def mail_invoice(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Bring the link of an invoice to its client."""
    await mailing.mail(context, LINKED, tenant_id, payload)


@jobs.schedule("billing.invoices_fall_overdue", "8,23,38,53 * * * *")
async def invoices_fall_overdue(context: Context) -> None:
    """Tell of invoices whose due date is past, each once, on the day of their company."""
    for tenant_id in await overdue.tenants_with_overdue(context):
        caller = system(tenant_id, context.service)
        more = True
        while more:
            async with context.database.work(caller, role="worker") as work:
                more = await overdue.tell_overdue(work)
