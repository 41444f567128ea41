"""Clock door of custom fields: long changes, some clients at a time."""

from typing import Any
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.jobs import Jobs
from clients.custom_fields.use_cases.definitions import refresh_texts

jobs = Jobs()


@jobs.job("clients.refresh_field_texts")
async def refresh_field_texts(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Have the clients with a value of a field found, or not any more, by its text."""
    after: UUID | None = UUID(int=0)
    while after is not None:
        async with context.database.work(system(tenant_id, context.service), role="worker") as work:
            after = await refresh_texts(work, payload["key"], after)
