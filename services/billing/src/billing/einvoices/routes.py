"""HTTP door of e-invoices."""

from uuid import UUID

from starlette.responses import Response

from billing.einvoices import use_cases
from chassis.http.content import disposition
from chassis.http.router import Context, Work, router
from refs.reading import ensure_tenant

routes = router("/v1/invoices", "Invoices")

XML = "application/xml"


@routes.get("/{invoice_id}/xml", permission="billing:read", files=(XML,))
async def get_xml(work: Work, context: Context, invoice_id: UUID) -> Response:
    """Read an invoice as UBL 2.1; a draft as a pro forma."""
    await ensure_tenant(context, work.tenant_id)
    name, content = await use_cases.write_invoice(work, context, invoice_id)
    headers = {"Content-Disposition": disposition(name), "Cache-Control": "private"}
    return Response(content, headers=headers, media_type=XML)
