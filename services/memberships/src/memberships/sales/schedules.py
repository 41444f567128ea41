"""Clock door of memberships that renew by themselves."""

from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs
from chassis.work import UnitOfWork
from memberships.sales.use_cases import renewing

jobs = Jobs()

_FIRST: Final = UUID(int=0)
Sweep = Callable[[UnitOfWork, UUID], Awaitable[UUID | None]]


@jobs.schedule("memberships.memberships_renew", "*/5 * * * *")
async def memberships_renew(context: Context) -> None:
    """See which memberships are to be renewed, on the day of their company."""
    for tenant_id in await renewing.tenants_with_due(context):
        await renew_company(context, tenant_id)


async def renew_company(context: Context, tenant_id: UUID) -> None:
    """Ask for the next periods of all that are due in a company."""
    await _sweep(context, tenant_id, renewing.renew_due)


@jobs.schedule("memberships.refused_renewals_are_asked_again", "19 * * * *")
async def refused_renewals_are_asked_again(context: Context) -> None:
    """Ask again for renewals that billing refused a day ago."""
    for tenant_id in await renewing.tenants_with_due(context):
        await _sweep(context, tenant_id, renewing.retry_refused)


async def _sweep(context: Context, tenant_id: UUID, sweep: Sweep) -> None:
    """In chunks, each in a transaction of its own."""
    after: UUID | None = _FIRST
    while after is not None:
        async with context.database.work(system(tenant_id, context.service), role="worker") as work:
            after = await sweep(work, after)
