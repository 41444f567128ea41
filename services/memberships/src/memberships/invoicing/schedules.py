"""Clock door of bills: billing is asked by jobs."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs
from memberships.bills import use_cases as bills
from memberships.invoicing.use_cases import tell

jobs = Jobs()

AGAIN: Final = "memberships.ask_billing_again"


@jobs.job(bills.ASK, attempts=10, delay=timedelta(seconds=2))
async def ask_billing(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Have billing do what some bills want, and write its answers down."""
    ids = [UUID(one) for one in payload["bills"]]
    await bills.send(context, tenant_id, ids, tell)


@jobs.schedule("memberships.billing_is_asked_again", "4,14,24,34,44,54 * * * *")
async def billing_is_asked_again(context: Context) -> None:
    """See what waits for an answer of billing for long, as its job was given up.

    By a job of each company's own: what one fails at keeps no other one waiting.
    """
    for tenant_id in await bills.tenants_with_pending(context):
        async with context.database.work(system(tenant_id, context.service), role="worker") as work:
            work.enqueue(AGAIN, {}, unique="clock")


@jobs.job(AGAIN, attempts=3)
async def ask_company_again(context: Context, tenant_id: UUID, _: dict[str, Any]) -> None:
    """Have billing asked for what waits for long in a company."""
    async with context.database.work(system(tenant_id, context.service), role="worker") as work:
        await bills.ask_again(work)
