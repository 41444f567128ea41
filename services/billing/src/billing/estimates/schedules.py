"""Clock door of estimates: links are mailed, and what was not answered in time is told."""

from typing import Any
from uuid import UUID

from billing.estimates.use_cases import expiring
from billing.estimates.use_cases.linked import LINKED
from billing.links.use_cases import mailing
from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs

jobs = Jobs()


@jobs.job(LINKED.job)
async def mail_estimate(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Bring the link of an estimate to its client."""
    await mailing.mail(context, LINKED, tenant_id, payload)


@jobs.schedule("billing.estimates_expire", "3,18,33,48 * * * *")
async def estimates_expire(context: Context) -> None:
    """Tell of estimates whose last day is over, each once, on the day of their company."""
    for tenant_id in await expiring.tenants_with_expired(context):
        caller = system(tenant_id, context.service)
        more = True
        while more:
            async with context.database.work(caller, role="worker") as work:
                more = await expiring.tell_expired(work)
