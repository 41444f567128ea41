"""Clock door of redemptions: billing is asked for what was stored."""

from typing import Any
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs
from memberships.loyalty.use_cases import applying, redeeming

jobs = Jobs()


@jobs.job(redeeming.APPLY)
async def apply_redemption(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Have billing take points off an invoice."""
    await applying.apply(context, tenant_id, UUID(payload["redemption_id"]))


@jobs.job(redeeming.CANCEL)
async def cancel_redemption(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Have billing take the discount off again."""
    await applying.take_off(context, tenant_id, UUID(payload["redemption_id"]))


@jobs.job(redeeming.LOOK)
async def look_at_redemption(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """See whether an invoice still has the discount that points were redeemed for."""
    redemption_id, is_shortened = UUID(payload["redemption_id"]), payload["is_shortened"]
    await applying.look(context, tenant_id, redemption_id, is_shortened=is_shortened)


@jobs.schedule("memberships.redemptions_are_asked_again", "8,18,28,38,48,58 * * * *")
async def redemptions_are_asked_again(context: Context) -> None:
    """See what waits for an answer of billing for long, as its job was given up."""
    for tenant_id in await applying.tenants_waiting(context):
        async with context.database.work(system(tenant_id, context.service), role="worker") as work:
            await applying.waiting(work)
