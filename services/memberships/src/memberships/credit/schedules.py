"""Clock door of credit: what ends is lost, whoever would lose something soon is told; and whether
what is shared still stands on a link is asked.
"""

from typing import Any
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs
from memberships.credit.use_cases import expiring, linking

jobs = Jobs()


@jobs.schedule("memberships.credit_expires", "*/15 * * * *")
async def credit_expires(context: Context) -> None:
    """See where credit has ended, or ends soon: a job for each company, which fails by itself."""
    for tenant_id in await expiring.tenants(context):
        async with context.database.work(system(tenant_id, context.service), role="worker") as work:
            work.enqueue(expiring.EXPIRE, {}, unique="all")


@jobs.job(expiring.EXPIRE)
async def expire_credit(context: Context, tenant_id: UUID, _: dict[str, Any]) -> None:
    """See what has ended, or ends soon, on the day of a company."""
    caller = system(tenant_id, context.service)
    for step in (expiring.expire, expiring.tell_soon):
        more = True
        while more:
            async with context.database.work(caller, role="worker") as work:
                more = await step(work)


@jobs.job(linking.ASK)
async def ask_for_link(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """See whether two clients who share credit are linked still, or in another way."""
    await linking.ask(context, tenant_id, UUID(payload["share_id"]))
