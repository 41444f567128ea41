"""Clock door of bookings: other services are asked by jobs, seats are not held for ever, and what
is to come changes hands.
"""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs
from scheduling.bookings.use_cases import handing_over, settling
from scheduling.bookings.use_cases.telling import SETTLE

jobs = Jobs()

AGAIN: Final = "scheduling.settle_bookings_again"
GIVE_UP: Final = "scheduling.give_up_holds"


@jobs.job(SETTLE, attempts=10, delay=timedelta(seconds=2))
async def settle_booking(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Ask memberships and billing for what a booking calls for."""
    await settling.settle_booking(context, tenant_id, UUID(payload["booking_id"]))


@jobs.schedule("scheduling.bookings_are_settled_again", "3,13,23,33,43,53 * * * *")
async def bookings_are_settled_again(context: Context) -> None:
    """See what waits for an answer for long, as its job was given up."""
    await _each(context, await settling.tenants_with_unsettled(context), AGAIN)


@jobs.job(AGAIN, attempts=3)
async def settle_company_again(context: Context, tenant_id: UUID, _: dict[str, Any]) -> None:
    """Have asked for what waits for long in a company."""
    async with context.database.work(system(tenant_id, context.service), role="worker") as work:
        await settling.ask_again(work)


@jobs.schedule("scheduling.holds_end", "* * * * *")
async def holds_end(context: Context) -> None:
    """See which seats were held for too long."""
    await _each(context, await settling.tenants_with_holds_over(context), GIVE_UP)


@jobs.job(GIVE_UP, attempts=3)
async def give_up_holds(context: Context, tenant_id: UUID, _: dict[str, Any]) -> None:
    """Take those of a company back."""
    await settling.give_up_holds(context, tenant_id)


@jobs.job(handing_over.HAND_OVER)
async def hand_over_bookings(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Have the heir do what was booked with somebody who left."""
    leave, more = handing_over.leave_of(payload), True
    caller = system(tenant_id, context.service)
    while more:
        async with context.database.work(caller, role="worker") as work:
            more = await handing_over.hand_over(work, leave)


async def _each(context: Context, tenant_ids: list[UUID], job: str) -> None:
    """A job for each company: what one fails at keeps no other one waiting."""
    for tenant_id in tenant_ids:
        async with context.database.work(system(tenant_id, context.service), role="worker") as work:
            work.enqueue(job, {}, unique="clock")
