"""Clock door of reminders: what has come is told, and clients are mailed."""

from typing import Any
from uuid import UUID

from billing.dunning import use_cases
from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs

jobs = Jobs()


@jobs.job(use_cases.MAIL)
async def mail_reminder(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Remind a client by mail."""
    await use_cases.mail(context, tenant_id, UUID(payload["reminder_id"]))


@jobs.job(use_cases.REMIND)
async def remind_company(context: Context, tenant_id: UUID, _: dict[str, Any]) -> None:
    """Tell of what the rules of one company want now."""
    caller = system(tenant_id, context.service)
    more = True
    while more:
        async with context.database.work(caller, role="worker") as work:
            more = await use_cases.remind(work)


@jobs.schedule("billing.invoices_are_reminded", "*/5 * * * *")
async def invoices_are_reminded(context: Context) -> None:
    """Tell of invoices that a rule wants somebody to be reminded of, where their company is."""
    for tenant_id in await use_cases.tenants_with_rules(context):
        await remind_company(context, tenant_id, {})
