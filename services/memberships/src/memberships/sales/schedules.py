"""Clock door of memberships that renew by themselves."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any, Final
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs
from chassis.work import UnitOfWork
from memberships.sales.use_cases import renewing

jobs = Jobs()

RENEW: Final = "memberships.renew_company"
RETRY: Final = "memberships.retry_refused_renewals"
_FIRST: Final = UUID(int=0)
Sweep = Callable[[UnitOfWork, UUID], Awaitable[UUID | None]]


@jobs.schedule("memberships.memberships_renew", "*/5 * * * *")
async def memberships_renew(context: Context) -> None:
    """See which memberships are to be renewed, on the day of their company."""
    await _each(context, await renewing.tenants_with_due(context), RENEW)


@jobs.schedule("memberships.refused_renewals_are_asked_again", "19 * * * *")
async def refused_renewals_are_asked_again(context: Context) -> None:
    """Ask again for renewals that billing refused a day ago."""
    await _each(context, await renewing.tenants_with_refused(context), RETRY)


@jobs.job(RENEW, attempts=3)
async def renew_company(context: Context, tenant_id: UUID, _: dict[str, Any]) -> None:
    """Ask for the next periods of all that are due in a company."""
    await _sweep(context, tenant_id, renewing.renew_due)


@jobs.job(RETRY, attempts=3)
async def retry_refused(context: Context, tenant_id: UUID, _: dict[str, Any]) -> None:
    """Ask again for what billing refused to a company a day ago."""
    await _sweep(context, tenant_id, renewing.retry_refused)


async def _each(context: Context, tenant_ids: Collection[UUID], job: str) -> None:
    """By a job of each company's own: what one fails at keeps no other one waiting."""
    for tenant_id in tenant_ids:
        async with context.database.work(system(tenant_id, context.service), role="worker") as work:
            work.enqueue(job, {}, unique="clock")


async def _sweep(context: Context, tenant_id: UUID, sweep: Sweep) -> None:
    """In chunks, each in a transaction of its own."""
    after: UUID | None = _FIRST
    while after is not None:
        async with context.database.work(system(tenant_id, context.service), role="worker") as work:
            after = await sweep(work, after)
