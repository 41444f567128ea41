"""Invoices as files that other programs read."""

from uuid import UUID

from billing.einvoices import rules
from billing.papers.use_cases import shown_whole
from chassis.context import Context
from chassis.work import UnitOfWork


async def write_invoice(work: UnitOfWork, context: Context, invoice_id: UUID) -> tuple[str, bytes]:
    """The name of the file and the XML; a draft with who sells and buys now."""
    invoice = await shown_whole(work, context, invoice_id)
    return f"{invoice['number'] or invoice_id}.xml", rules.xml(invoice)
