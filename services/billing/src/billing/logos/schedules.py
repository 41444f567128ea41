"""Clock door of logos: what is nobody's logo is removed."""

from typing import Any
from uuid import UUID

from billing.logos import use_cases
from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs

jobs = Jobs()


@jobs.job(use_cases.DROP)
async def drop_logos(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Remove the pictures that are nobody's logo."""
    object_ids = [UUID(one) for one in payload["objects"]]
    async with context.database.work(system(tenant_id, context.service), role="worker") as work:
        unneeded = await use_cases.unneeded(work, object_ids)
    await use_cases.drop_logos(context, tenant_id, unneeded)
