"""Telling the tax authority of what was issued: once by a job, in the same words each time."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from billing.authority import Authority, Credentials, Sending, Verdict
from billing.credit_notes.repository import CreditNoteRepository
from billing.devices.repository import DeviceRepository
from billing.devices.use_cases.onboarding import credentials_of
from billing.einvoices.repository import EInvoiceRepository
from billing.einvoices.rules.states import Kind
from billing.einvoices.use_cases import SUBMIT
from billing.invoices.repository.invoices import InvoiceRepository
from billing.submissions import events, rules
from chassis.caller import system
from chassis.context import Context
from chassis.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class _Letter:
    credentials: Credentials
    sending: Sending


async def submit_invoice(work: UnitOfWork, invoice_id: UUID) -> None:
    """Have the authority told of an invoice again."""
    invoices = InvoiceRepository(work)
    invoice = await invoices.get_for_update(invoice_id)
    await invoices.update(invoice, einvoice=rules.again(invoice.einvoice))
    _enqueue(work, invoice_id)


async def submit_credit_note(work: UnitOfWork, note_id: UUID) -> None:
    """The same of a credit note."""
    notes = CreditNoteRepository(work)
    note = await notes.get_for_update(note_id)
    await notes.update(note, einvoice=rules.again(note.einvoice))
    _enqueue(work, note_id)


def _enqueue(work: UnitOfWork, document_id: UUID) -> None:
    work.enqueue(SUBMIT, {"id": str(document_id)}, unique=str(document_id))


async def submit(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Tell the authority of a document and note what it made of it; raises AuthorityUnavailable.

    It may run twice: what was told already is left alone, and what the authority knows it takes.
    """
    caller, document_id = system(tenant_id, context.service), UUID(payload["id"])
    async with context.database.work(caller, role="worker") as work:
        letter = await _letter(work, document_id)
    if letter is None:
        return
    verdict = await context.kept(Authority).tell(letter.credentials, letter.sending)
    async with context.database.work(caller, role="worker") as work:
        await _note(work, document_id, verdict)


async def _letter(work: UnitOfWork, document_id: UUID) -> _Letter | None:
    """None where the authority has taken it, or not."""
    kept = await EInvoiceRepository(work).find(document_id)
    if kept is None or not rules.is_pending(await _state(work, document_id)):
        return None
    device = await DeviceRepository(work).get(kept.device_id)
    sending = Sending(str(kept.id), kept.content_hash, kept.xml, kept.is_simplified)
    return _Letter(credentials_of(work, device), sending)


async def _state(work: UnitOfWork, document_id: UUID) -> dict[str, Any] | None:
    if (invoice := await InvoiceRepository(work).find(document_id)) is not None:
        return invoice.einvoice
    note = await CreditNoteRepository(work).find(document_id)
    return note.einvoice if note else None


async def _note(work: UnitOfWork, document_id: UUID, verdict: Verdict) -> None:
    kept = await EInvoiceRepository(work).get_for_update(document_id)
    kind: Kind = "invoice" if kept.document_type == "invoice" else "credit_note"
    documents = {"invoice": InvoiceRepository, "credit_note": CreditNoteRepository}[kind]
    changed = await _noted(work, documents(work), document_id, verdict)
    if changed is None:
        return
    work.publish(events.told(kind, verdict.outcome, changed))
    if verdict.cleared_xml is not None:
        await EInvoiceRepository(work).update(kept, cleared_xml=verdict.cleared_xml)


async def _noted(
    work: UnitOfWork, documents: Any, document_id: UUID, verdict: Verdict
) -> Any:  # fmt: skip
    document = await documents.get_for_update(document_id)
    if not rules.is_pending(document.einvoice):
        return None
    told = rules.told(document.einvoice, verdict, work.now)
    return await documents.update(document, einvoice=told)
