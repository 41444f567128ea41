"""Clock door of bulk actions."""

from typing import Any
from uuid import UUID

from background.jobs.use_cases import run_job
from chassis.context import Context
from chassis.jobs import Jobs
from clients.bulk_actions import use_cases

jobs = Jobs()


@jobs.job(use_cases.BULK)
async def change_clients(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Do one action on many clients."""
    await run_job(context, tenant_id, payload, use_cases.go_on)


@jobs.job(use_cases.UNDO)
async def undo_bulk(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Take it back."""
    await run_job(context, tenant_id, payload, use_cases.go_on_undoing)
