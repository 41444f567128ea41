"""Clock door of imports."""

from typing import Any
from uuid import UUID

from background.imports.use_cases.importing import Importing
from background.jobs.use_cases import run_job
from chassis.context import Context
from chassis.jobs import Jobs
from clients.imports.use_cases import beginning, updating
from clients.imports.use_cases.importing import Clients

jobs = Jobs()


@jobs.job(beginning.IMPORT)
async def import_clients(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Take a file in."""
    importing = Importing(Clients())
    try:
        await run_job(context, tenant_id, payload, importing.go_on)
    finally:
        importing.close()


@jobs.job(beginning.UNDO)
async def undo_import(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Take it back."""
    await run_job(context, tenant_id, payload, updating.undo_chunk)
