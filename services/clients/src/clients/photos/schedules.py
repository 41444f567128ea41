"""Clock door of photos: what is nobody's photo is removed."""

from typing import Any
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs
from clients.photos import use_cases

jobs = Jobs()


@jobs.job(use_cases.DROP)
async def drop_photos(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Remove the pictures that are nobody's photo."""
    object_ids = [UUID(one) for one in payload["objects"]]
    async with context.database.work(system(tenant_id, context.service), role="worker") as work:
        unneeded = await use_cases.unneeded(work, object_ids)
    await use_cases.drop_photos(context, tenant_id, unneeded)
