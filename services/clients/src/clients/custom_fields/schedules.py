"""Clock door of custom fields: long changes, some clients at a time."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from chassis.caller import system
from chassis.console import print_json
from chassis.context import Context
from chassis.jobs import Jobs
from clients.custom_fields.use_cases.definitions import refresh_texts
from clients.custom_fields.use_cases.rotation import reseal
from clients.folders.repository import every_tenant

jobs = Jobs()


@jobs.job("clients.refresh_field_texts")
async def refresh_field_texts(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Have the clients with a value of a field found, or not any more, by its text."""
    after: UUID | None = UUID(int=0)
    while after is not None:
        async with context.database.work(system(tenant_id, context.service), role="worker") as work:
            after = await refresh_texts(work, payload["key"], after)


async def reseal_secrets(context: Context, _: Sequence[str]) -> int:
    """`reseal-secrets`: put every sensitive value under the current master key; how many were not.

    Once it has run, with all processes on the new settings, the older keys can be taken away.
    """
    count = 0
    async for tenant_id in every_tenant(context):
        place: tuple[UUID, str] | None = (UUID(int=0), "")
        while place is not None:
            async with context.database.work(
                system(tenant_id, context.service), role="worker"
            ) as work:
                more, place = await reseal(work, place)
            count += more
    print_json({"resealed": count})
    return count
