"""HTTP door of submissions."""

from uuid import UUID

from billing.credit_notes.repository import CreditNoteRepository
from billing.invoices.repository.invoices import InvoiceRepository
from billing.submissions import use_cases
from billing.submissions.schemas import CreditNoteSubmitted, InvoiceSubmitted
from chassis.http.router import Context, Json, Work, router
from refs.reading import ensure_tenant

of_invoices = router("/v1/invoices", "E-invoicing")
of_credit_notes = router("/v1/credit-notes", "E-invoicing")

ISSUE = "billing:issue"


@of_invoices.post("/{invoice_id}/submit", permission=ISSUE, response_model=InvoiceSubmitted)
async def submit_invoice(work: Work, context: Context, invoice_id: UUID) -> Json:
    """Tell the tax authority again of an invoice that is pending, or was rejected only for the
    certificate of its device. One that was rejected as it stands is issued anew instead.
    """
    await ensure_tenant(context, work.tenant_id)
    await use_cases.submit_invoice(work, invoice_id)
    return Json(*await InvoiceRepository(work).shown(invoice_id))


@of_credit_notes.post(
    "/{credit_note_id}/submit", permission=ISSUE, response_model=CreditNoteSubmitted
)  # fmt: skip
async def submit_credit_note(work: Work, context: Context, credit_note_id: UUID) -> Json:
    """Tell the tax authority again of a credit note that is pending, or was rejected only for the
    certificate of its device.
    """
    await ensure_tenant(context, work.tenant_id)
    await use_cases.submit_credit_note(work, credit_note_id)
    return Json(*await CreditNoteRepository(work).shown(credit_note_id))
