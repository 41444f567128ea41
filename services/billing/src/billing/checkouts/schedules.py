"""Clock door of checkouts: providers are asked what became of payments and refunds."""

from typing import Any
from uuid import UUID

from billing.checkouts.use_cases import confirming, refunding, watching
from billing.payments.use_cases.refunding import SEND
from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs

jobs = Jobs()


@jobs.job(confirming.CONFIRM)
async def confirm_checkout(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Write down what became of a payment at its provider."""
    await confirming.confirm(context, tenant_id, payload)


@jobs.job(SEND)
async def send_refund(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Have a provider give money back."""
    await refunding.send_refund(context, tenant_id, payload)


@jobs.schedule("billing.checkouts_are_asked_for", "*/2 * * * *")
async def checkouts_are_asked_for(context: Context) -> None:
    """See of which payments and refunds nobody told for a while."""
    for tenant_id in await watching.companies(context):
        caller = system(tenant_id, context.service)
        more = True
        while more:
            async with context.database.work(caller, role="worker") as work:
                more = await watching.ask_of_checkouts(work)
        async with context.database.work(caller, role="worker") as work:
            await watching.ask_of_refunds(work)
