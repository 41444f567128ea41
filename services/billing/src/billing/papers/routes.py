"""HTTP door of papers."""

from uuid import UUID

from starlette.responses import Response

from billing.papers import use_cases
from billing.papers.rules.words import Language
from billing.papers.schemas import QrView
from chassis.http.content import disposition
from chassis.http.router import Context, Work, router
from refs.reading import ensure_tenant

routes = router("/v1/invoices", "Invoices")

READ, PDF, XML = "billing:read", "application/pdf", "application/xml"


@routes.get("/{invoice_id}/pdf", permission=READ, files=(PDF,))
async def print_invoice(
    work: Work, context: Context, invoice_id: UUID, lang: Language | None = None
) -> Response:
    """Print an invoice, in the buyer's language unless another one is asked for."""
    await ensure_tenant(context, work.tenant_id)
    name, content = await use_cases.print_invoice(work, context, invoice_id, lang)
    headers = {"Content-Disposition": disposition(name, inline=True), "Cache-Control": "private"}
    return Response(content, headers=headers, media_type=PDF)


@routes.get("/{invoice_id}/xml", permission=READ, files=(XML,))
async def get_xml(work: Work, context: Context, invoice_id: UUID) -> Response:
    """Read an invoice as UBL 2.1; a draft as a pro forma."""
    await ensure_tenant(context, work.tenant_id)
    name, content = await use_cases.write_invoice(work, context, invoice_id)
    headers = {"Content-Disposition": disposition(name), "Cache-Control": "private"}
    return Response(content, headers=headers, media_type=XML)


@routes.get("/{invoice_id}/qr", permission=READ)
async def get_code(work: Work, context: Context, invoice_id: UUID) -> QrView:
    """Read the QR code of an invoice."""
    await ensure_tenant(context, work.tenant_id)
    return QrView.model_validate(await use_cases.code_of(work, invoice_id))
