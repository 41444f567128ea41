"""What makes an invoice of a draft."""

from uuid import UUID

from billing.invoices import events, rules
from billing.invoices.repository import InvoiceRepository
from billing.invoices.tables import Invoice
from billing.series.use_cases import take_number
from chassis.work import UnitOfWork
from refs.home import today


async def issue_invoice(work: UnitOfWork, invoice_id: UUID) -> Invoice:
    """Give a draft the next number of its series; from then on it stays as it is."""
    invoices = InvoiceRepository(work)
    draft = await invoices.get_for_update(invoice_id)
    status = rules.issued(draft.status, draft.total_minor)
    # Last of all that may be refused: whoever else issues waits from here on.
    taken = await take_number(work, "invoice", draft.branch_id)
    invoice = await invoices.update(
        draft, status=status.value, issued_at=work.now, number=taken.number,
        series_id=taken.series_id,
        supply_date=draft.supply_date or draft.issue_date,
        due_date=draft.due_date or max(draft.issue_date, await today(work)),
    )  # fmt: skip
    work.publish(events.invoice_changed("issued", invoice))
    if status is rules.Status.PAID:
        work.publish(events.invoice_changed("paid", invoice))
    return invoice
