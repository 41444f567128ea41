"""gRPC door of credit notes: the same use case as behind HTTP, once for its cause."""

from typing import ClassVar

from diwan.billing.v1 import credit_notes_pb2
from google.protobuf.descriptor import ServiceDescriptor

from billing.causes import use_cases as causes
from billing.credit_notes import use_cases
from billing.credit_notes.schemas import CreditNoteCreate
from billing.credit_notes.tables import CreditNote
from chassis.context import Context
from chassis.money import Money
from chassis.rpc.declare import rpc
from chassis.rpc.reading import id_of, shape_of
from chassis.work import UnitOfWork
from refs.reading import ensure_tenant


class CreditNotes:
    """What the other services have taken off invoices."""

    contract: ClassVar[ServiceDescriptor] = credit_notes_pb2.DESCRIPTOR.services_by_name[
        "CreditNotesService"
    ]

    def __init__(self, context: Context) -> None:
        self._context = context

    @rpc("billing:issue")
    async def CreditInvoice(
        self, work: UnitOfWork, request: credit_notes_pb2.CreditInvoiceRequest
    ) -> credit_notes_pb2.CreditInvoiceResponse:
        """Take something off an issued invoice, at once and for good."""
        body = shape_of(CreditNoteCreate, request, "cause", "invoice_id")
        invoice_id = id_of(request.invoice_id, "invoice_id")
        await ensure_tenant(self._context, work.tenant_id)
        content = request.SerializeToString(deterministic=True)
        claimed = causes.claim(work, "CreditInvoice", request.cause, content)
        digest = body.digest(invoice_id)
        note = await use_cases.issue_credit_note(work, invoice_id, body.values(), digest)
        answer = credit_notes_pb2.CreditInvoiceResponse(credit_note=_message(note))
        await causes.keep_one(work, claimed, answer.SerializeToString(), note)
        return answer


def _message(note: CreditNote) -> credit_notes_pb2.CreditNote:
    amounts = {
        name: Money(minor, note.currency).format()
        for name, minor in (
            ("subtotal", note.subtotal_minor), ("tax_total", note.tax_minor),
            ("total", note.total_minor),
        )
    }  # fmt: skip
    return credit_notes_pb2.CreditNote(
        id=str(note.id), version=note.version, invoice_id=str(note.invoice_id),
        client_id=str(note.client_id or ""), number=note.number or "", currency=note.currency,
        issue_date=note.issue_date.isoformat(), reason=note.reason,
        external_id=note.external_id or "", **amounts,
    )  # fmt: skip
