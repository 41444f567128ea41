"""gRPC door of credit notes: the same use case as behind HTTP, once for its cause."""

from typing import ClassVar

from diwan.billing.v1 import credit_notes_pb2
from google.protobuf.descriptor import ServiceDescriptor

from billing.causes import use_cases as causes
from billing.credit_notes import events, use_cases
from billing.credit_notes.schemas import CreditNoteCreate
from chassis.context import Context
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
        answer = credit_notes_pb2.CreditInvoiceResponse(credit_note=events.message(note))
        await causes.keep_one(work, claimed, answer.SerializeToString(), note)
        return answer
