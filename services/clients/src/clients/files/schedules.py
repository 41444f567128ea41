"""Clock door of files: what nobody needs is removed, and what expires is told."""

from typing import Any
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs
from clients.files.use_cases import expiring, storing

jobs = Jobs()


@jobs.job(storing.DROP)
async def drop_objects(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Remove the bytes that no version of any file is."""
    object_ids = [UUID(one) for one in payload["objects"]]
    async with context.database.work(system(tenant_id, context.service), role="worker") as work:
        unneeded = await storing.unneeded(work, object_ids)
    await storing.drop_objects(context, tenant_id, unneeded)


@jobs.schedule("clients.files_expire", "7 * * * *")
async def files_expire(context: Context) -> None:
    """Tell of files whose date is near or past, each once, on the day of their company."""
    for tenant_id in await expiring.tenants_with_due(context):
        caller = system(tenant_id, context.service)
        more = True
        while more:
            async with context.database.work(caller, role="worker") as work:
                more = await expiring.tell_due(work)
