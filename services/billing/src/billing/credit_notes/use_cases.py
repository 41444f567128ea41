"""Something is taken off an invoice that was issued."""

from typing import Any
from uuid import UUID

from billing.credit_notes import rules
from billing.credit_notes.repository import CreditNoteRepository
from billing.credit_notes.tables import CreditNote
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.rules import check_stands
from billing.invoices.use_cases.paying import credit
from billing.ledger import use_cases as ledger
from billing.ledger.rules import Account, Entry
from billing.payments.repository.payments import PaymentRepository
from billing.payments.use_cases.allocating import release
from billing.series.use_cases import take_number
from billing.totals.rules.written import figures
from chassis.ids import new_id
from chassis.work import UnitOfWork
from refs.home import today

Json = dict[str, Any]


async def issue_credit_note(
    work: UnitOfWork, invoice_id: UUID, values: Json, digest: bytes
) -> CreditNote:
    """Take something off an invoice; what was paid beyond the rest is its client's credit."""
    notes, invoices = CreditNoteRepository(work), InvoiceRepository(work)
    invoice = await invoices.get_to_move(invoice_id, PaymentRepository(work).serialise)
    if (known := await notes.known(values["id"], digest)) is not None:
        work.status = 200
        return known
    check_stands(invoice.status)
    lines = rules.taxed(values["lines"], invoice.lines)
    found = figures(invoice.currency, lines, {one: values[one] for one in ("discount", "shipping")})
    total = found["total_minor"]
    left = invoice.total_minor - invoice.credited_minor - invoice.written_off_minor
    rules.check_left(left, total, invoice.taxes, await notes.taxed(invoice_id), found["taxes"])
    await release(work, invoice_id, total - invoice.balance_minor)
    await credit(work, invoice, total)
    note_id = values["id"] or new_id()
    await ledger.post(work, invoice.currency, (f"credit_note:{note_id}:issued", [
        ledger.of_invoice(Account.RECEIVABLE, -total, invoice), *_back(note_id, invoice, found),
    ]))  # fmt: skip
    # Last of all that may be refused: whoever else takes a number waits from here on.
    taken = await take_number(work, "credit_note", invoice.branch_id)
    return await notes.add(
        **found, id=note_id, status="issued", number=taken.number, series_id=taken.series_id,
        client_id=invoice.client_id, issue_date=await today(work), invoice_id=invoice_id,
        reason=values["reason"], issued_at=work.now, branch_id=invoice.branch_id,
        salesperson_id=invoice.salesperson_id, work_cycle_id=invoice.work_cycle_id,
        external_id=values["external_id"], created_by=work.caller.principal, digest=digest,
    )  # fmt: skip


def _back(note_id: UUID, invoice: ledger.Document, found: Json) -> list[Entry]:
    """What is not earned any more, and no tax."""
    earned = found["total_minor"] - found["tax_minor"] - found["rounding_minor"]
    return [
        ledger.of_credit_note(account, minor, note_id, invoice.client_id)
        for account, minor in (
            (Account.REVENUE, earned), (Account.TAX, found["tax_minor"]),
            (Account.ROUNDING, found["rounding_minor"]),
        )
    ]  # fmt: skip
