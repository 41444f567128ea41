"""Clock door of subscriptions: what is due is billed, each by a job of its own."""

from typing import Any, Final
from uuid import UUID

from billing.subscriptions.use_cases import billing
from billing.subscriptions.use_cases.terms import BILL
from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs

jobs = Jobs()

_FIRST: Final = UUID(int=0)


@jobs.job(BILL)
async def bill_subscription(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Make one invoice of a subscription."""
    async with context.database.work(system(tenant_id, context.service), role="worker") as work:
        await billing.bill_subscription(work, context, UUID(payload["id"]))


@jobs.schedule("billing.subscriptions_fall_due", "*/5 * * * *")
async def subscriptions_fall_due(context: Context) -> None:
    """See which subscriptions are to be billed, on the day of their company."""
    for tenant_id in await billing.tenants_with_due(context):
        caller = system(tenant_id, context.service)
        after: UUID | None = _FIRST
        while after is not None:
            async with context.database.work(caller, role="worker") as work:
                after = await billing.enqueue_due(work, after)
