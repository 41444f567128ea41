"""Clock door of submissions: the authority is told by jobs."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from billing.einvoices.use_cases import SUBMIT
from billing.submissions import use_cases
from chassis.context import Context
from chassis.jobs import Jobs

jobs = Jobs()


# For 23 hours: simplified invoices are to be reported within a day.
@jobs.job(SUBMIT, attempts=14, delay=timedelta(seconds=10))
async def submit_einvoice(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Tell the tax authority of an e-invoice."""
    await use_cases.submit(context, tenant_id, payload)
