"""Clock door of redemptions: billing is asked for what was stored."""

from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.jobs import Jobs
from memberships.loyalty.use_cases import redeeming

jobs = Jobs()


@jobs.job(redeeming.APPLY)
async def apply_redemption(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Have billing take points off an invoice."""
    await redeeming.apply(context, tenant_id, UUID(payload["redemption_id"]))


@jobs.job(redeeming.CANCEL)
async def cancel_redemption(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Have billing take the discount off again."""
    await redeeming.take_off(context, tenant_id, UUID(payload["redemption_id"]))
