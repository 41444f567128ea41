"""HTTP door of invoicing work time."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from scheduling.time_invoices import use_cases
from scheduling.time_invoices.repository import LIST, TimeInvoiceRepository
from scheduling.time_invoices.schemas import (
    TimeInvoiceCreate,
    TimeInvoiceFilters,
    TimeInvoiceView,
)

routes = router("/v1/time-invoices", "Work time")
of_entries = router("/v1/time-entries", "Work time")

READ, WRITE = "scheduling:read", "scheduling:write"


@routes.get("", permission=READ, response_model=Page[TimeInvoiceView])
async def list_time_invoices(
    work: Work, pages: Pages, query: Annotated[TimeInvoiceFilters, Query()]
) -> Json:
    """List what became of work time that is to be paid."""
    values = await TimeInvoiceRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True), **values))


@routes.get("/{time_invoice_id}", permission=READ, response_model=TimeInvoiceView)
async def get_time_invoice(work: Work, time_invoice_id: UUID) -> Json:
    """Read whether billing has made a draft of it yet."""
    return Json(*await TimeInvoiceRepository(work).read(time_invoice_id))


@of_entries.post(
    "/invoice", permission=WRITE, status=201, response_model=TimeInvoiceView,
    example={"time_entry_ids": ["01890a5d-ac96-774b-bcce-b302099a8091"]},
)  # fmt: skip
async def invoice_time(work: Work, context: Context, body: TimeInvoiceCreate) -> Json:
    """Put billable time of one client on a draft invoice; it also takes `billing:write`."""
    made = await use_cases.invoice_time(work, context, body.model_dump(), body.digest())
    found = await TimeInvoiceRepository(work).shown(made.id)
    return Json(*found, location=f"/v1/time-invoices/{made.id}")
