"""HTTP door of invoices."""

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import Query
from starlette.requests import Request

from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.repository.shown import LIST
from billing.invoices.schemas import (
    InvoiceCreate,
    InvoiceFilters,
    InvoiceIssued,
    InvoiceSums,
    InvoiceUpdate,
    InvoiceView,
)
from billing.invoices.use_cases import credit, drafts, issuing, paying
from chassis.http.problems import locale_of
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from refs.reading import ensure_tenant

routes = router("/v1/invoices", "Invoices")

READ, WRITE = "billing:read", "billing:write"


@routes.get("", permission=READ, response_model=Page[InvoiceView])
async def list_invoices(
    work: Work, context: Context, pages: Pages, query: Annotated[InvoiceFilters, Query()]
) -> Json:
    """List the invoices of the clients you see."""
    await ensure_tenant(context, work.tenant_id)
    values = await InvoiceRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.given(), **values))


@routes.get("/sums", permission=READ)
async def sum_invoices(
    work: Work, context: Context, query: Annotated[InvoiceFilters, Query()]
) -> InvoiceSums:
    """What the invoices of a list come to, by status and currency."""
    await ensure_tenant(context, work.tenant_id)
    items = await InvoiceRepository(work).sums(query.given())
    return InvoiceSums.model_validate({"items": items})


@routes.post(
    "", permission=WRITE, status=201, response_model=InvoiceView,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057", "currency": "SAR",
             "issue_date": "2026-03-01", "due_date": "2026-03-31", "payment_terms": "30 يومًا",
             "lines": [{"product_id": "01890a5d-ac96-774b-bcce-b302099a8071",
                        "description": "استشارة", "quantity": "2", "unit_price": "100.00",
                        "discount": {"type": "percent", "value": "10"},
                        "tax_id": "01890a5d-ac96-774b-bcce-b302099a8070"}],
             "discount": {"type": "amount", "value": "30.00"}, "shipping": "15.00",
             "notes": "شكرًا لتعاملكم معنا"},
)  # fmt: skip
async def create_invoice(work: Work, context: Context, body: InvoiceCreate) -> Json:
    """Write an invoice down; it is a draft until it is issued."""
    invoice = await drafts.create_invoice(work, context, body.values(), body.digest())
    return Json(*await InvoiceRepository(work).shown(invoice.id), location=invoice.id)


@routes.get("/{invoice_id}", permission=READ, response_model=InvoiceView)
async def get_invoice(work: Work, context: Context, invoice_id: UUID) -> Json:
    """Read an invoice."""
    await ensure_tenant(context, work.tenant_id)
    return Json(*await InvoiceRepository(work).read(invoice_id))


@routes.patch(
    "/{invoice_id}", permission=WRITE, response_model=InvoiceView,
    example={"issue_date": "2026-03-15", "due_date": "2026-04-15", "notes": "بعد مكالمة العميل"},
)  # fmt: skip
async def update_invoice(
    work: Work, context: Context, invoice_id: UUID, body: InvoiceUpdate
) -> Json:
    """Change a draft; `lines` are replaced as a whole."""
    await drafts.update_invoice(work, context, invoice_id, body.changes())
    return Json(*await InvoiceRepository(work).shown(invoice_id))


@routes.delete("/{invoice_id}", permission="billing:delete")
async def delete_invoice(work: Work, invoice_id: UUID) -> None:
    """Remove a draft."""
    await drafts.delete_invoice(work, invoice_id)


@routes.post("/{invoice_id}/issue", permission="billing:issue", response_model=InvoiceIssued)
async def issue_invoice(work: Work, context: Context, request: Request, invoice_id: UUID) -> Json:
    """Give a draft the next number of its series; it cannot be changed from then on."""
    await ensure_tenant(context, work.tenant_id)
    invoice = await issuing.issue_invoice(work, context, invoice_id)
    shown = await InvoiceRepository(work).shown(invoice_id)
    if (found := await credit.warning(work, invoice)) is None:
        return Json(*shown)
    warning = {"code": found.code, "message": found.message(locale_of(request, work.caller))}
    return Json(f'{shown.body[:-1]},"warnings":{orjson.dumps([warning]).decode()}}}', shown.version)


@routes.post("/{invoice_id}/void", permission="billing:issue", response_model=InvoiceView)
async def void_invoice(work: Work, context: Context, invoice_id: UUID) -> Json:
    """Take an issued invoice back, of which nothing was paid; its number stays."""
    await ensure_tenant(context, work.tenant_id)
    await paying.void_invoice(work, invoice_id)
    return Json(*await InvoiceRepository(work).shown(invoice_id))


@routes.post("/{invoice_id}/write-off", permission="billing:issue", response_model=InvoiceView)
async def write_off_invoice(work: Work, context: Context, invoice_id: UUID) -> Json:
    """Expect no more of what is left to be paid of an invoice."""
    await ensure_tenant(context, work.tenant_id)
    await paying.write_off(work, invoice_id)
    return Json(*await InvoiceRepository(work).shown(invoice_id))
