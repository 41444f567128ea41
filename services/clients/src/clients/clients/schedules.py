"""Clock door of clients: long changes, some clients at a time."""

from typing import Any
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs
from clients.clients import use_cases

jobs = Jobs()


@jobs.job("clients.replace_tag")
async def replace_tag(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Rename a tag on the clients that have it, or remove it from them."""
    while True:
        async with context.database.work(system(tenant_id, context.service), role="worker") as work:
            if not await use_cases.replace_tag(work, payload["old"], payload["new"]):
                return
