"""HTTP door of papers: each record's own."""

from typing import Literal
from uuid import UUID

from starlette.responses import Response

from billing.papers.schemas import QrView
from billing.papers.use_cases import papers as use_cases
from chassis.http.content import disposition
from chassis.http.router import Context, Work, router
from papers.words import Language
from refs.reading import ensure_tenant

routes = router("/v1/invoices", "Invoices")
of_estimates = router("/v1/estimates", "Estimates")
of_orders = router("/v1/orders", "Orders")
of_credit_notes = router("/v1/credit-notes", "Credit notes")
of_payments = router("/v1/payments", "Payments")

READ, PDF, XML = "billing:read", "application/pdf", "application/xml"


@routes.get("/{invoice_id}/pdf", permission=READ, files=(PDF,))
async def print_invoice(
    work: Work, context: Context, invoice_id: UUID, lang: Language | None = None
) -> Response:
    """Print an invoice, in the buyer's language unless another one is asked for."""
    await ensure_tenant(context, work.tenant_id)
    return _sent(await use_cases.print_invoice(work, context, invoice_id, lang))


@routes.get("/{invoice_id}/xml", permission=READ, files=(XML,))
async def get_xml(work: Work, context: Context, invoice_id: UUID) -> Response:
    """Read an invoice as UBL 2.1; a draft as a pro forma."""
    await ensure_tenant(context, work.tenant_id)
    name, content = await use_cases.write_invoice(work, context, invoice_id)
    return _xml(name, content)


@of_credit_notes.get("/{credit_note_id}/xml", permission=READ, files=(XML,))
async def get_credit_note_xml(work: Work, context: Context, credit_note_id: UUID) -> Response:
    """Read a credit note as UBL 2.1."""
    await ensure_tenant(context, work.tenant_id)
    return _xml(*await use_cases.write_credit_note(work, credit_note_id))


@routes.get("/{invoice_id}/qr", permission=READ)
async def get_code(work: Work, context: Context, invoice_id: UUID) -> QrView:
    """Read the QR code of an invoice."""
    await ensure_tenant(context, work.tenant_id)
    return QrView.model_validate(await use_cases.code_of(work, invoice_id))


@of_estimates.get("/{estimate_id}/pdf", permission=READ, files=(PDF,))
async def print_estimate(
    work: Work, context: Context, estimate_id: UUID, lang: Language | None = None
) -> Response:
    """Print an estimate, in the client's language unless another one is asked for."""
    await ensure_tenant(context, work.tenant_id)
    return _sent(await use_cases.print_estimate(work, context, estimate_id, lang))


@of_orders.get("/{order_id}/pdf", permission=READ, files=(PDF,))
async def print_order(
    work: Work, context: Context, order_id: UUID, lang: Language | None = None
) -> Response:
    """Print an order, in the client's language unless another one is asked for."""
    await ensure_tenant(context, work.tenant_id)
    return _sent(await use_cases.print_order(work, context, order_id, lang))


@of_credit_notes.get("/{credit_note_id}/pdf", permission=READ, files=(PDF,))
async def print_credit_note(
    work: Work, context: Context, credit_note_id: UUID, lang: Language | None = None
) -> Response:
    """Print a credit note, in the buyer's language unless another one is asked for."""
    await ensure_tenant(context, work.tenant_id)
    return _sent(await use_cases.print_credit_note(work, context, credit_note_id, lang))


@of_payments.get("/{payment_id}/receipt", permission=READ, files=(PDF,))
async def print_receipt(
    work: Work, context: Context, payment_id: UUID, format: Literal["pdf", "pdf80"] = "pdf",
    lang: Language | None = None,
) -> Response:  # fmt: skip
    """Print the receipt of a payment on A4, or on the 80 mm roll of a till (`pdf80`)."""
    await ensure_tenant(context, work.tenant_id)
    on_roll = format == "pdf80"
    return _sent(
        await use_cases.print_receipt(work, context, payment_id, lang, on_roll=on_roll)
    )  # fmt: skip


def _sent(printed: use_cases.Printed) -> Response:
    name, content = printed
    headers = {"Content-Disposition": disposition(name, inline=True), "Cache-Control": "private"}
    return Response(content, headers=headers, media_type=PDF)


def _xml(name: str, content: bytes) -> Response:
    headers = {"Content-Disposition": disposition(name), "Cache-Control": "private"}
    return Response(content, headers=headers, media_type=XML)
