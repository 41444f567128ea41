"""HTTP door of credit notes."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from billing.credit_notes import use_cases
from billing.credit_notes.repository import LIST, CreditNoteRepository
from billing.credit_notes.schemas import CreditNoteCreate, CreditNoteFilters, CreditNoteView
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from refs.reading import ensure_tenant

routes = router("/v1/credit-notes", "Credit notes")
of_invoices = router("/v1/invoices", "Credit notes")


@of_invoices.post(
    "/{invoice_id}/credit-notes", permission="billing:issue", status=201,
    response_model=CreditNoteView,
    example={"lines": [{"description": "استشارة لم تُقدَّم", "quantity": "1",
                        "unit_price": "100.00",
                        "tax_id": "01890a5d-ac96-774b-bcce-b302099a8070"}],
             "reason": "أُلغيت إحدى الجلستين"},
)  # fmt: skip
async def credit_invoice(
    work: Work, context: Context, invoice_id: UUID, body: CreditNoteCreate
) -> Json:
    """Take something off an issued invoice; what was paid beyond the rest is credit."""
    await ensure_tenant(context, work.tenant_id)
    digest = body.digest(invoice_id)
    note = await use_cases.issue_credit_note(work, invoice_id, body.values(), digest)
    shown = await CreditNoteRepository(work).shown(note.id)
    return Json(*shown, location=f"/v1/credit-notes/{note.id}")


@routes.get("", permission="billing:read", response_model=Page[CreditNoteView])
async def list_credit_notes(
    work: Work, context: Context, pages: Pages, query: Annotated[CreditNoteFilters, Query()]
) -> Json:
    """List the credit notes of the clients you see."""
    await ensure_tenant(context, work.tenant_id)
    values = await CreditNoteRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.given(), **values))


@routes.get("/{credit_note_id}", permission="billing:read", response_model=CreditNoteView)
async def get_credit_note(work: Work, context: Context, credit_note_id: UUID) -> Json:
    """Read a credit note."""
    await ensure_tenant(context, work.tenant_id)
    return Json(*await CreditNoteRepository(work).read(credit_note_id))
