"""What payments do to invoices."""

from billing.invoices import events, rules
from billing.invoices.repository import InvoiceRepository
from billing.invoices.tables import Invoice
from chassis.work import UnitOfWork


async def pay(work: UnitOfWork, invoice: Invoice, amount_minor: int) -> Invoice:
    """So much more of a locked invoice is paid, or less; raises OverAllocated, InvoiceNotOwed."""
    paid = invoice.paid_minor + amount_minor
    status = rules.settled(invoice.status, invoice.total_minor, paid)
    changed = await InvoiceRepository(work).update(invoice, paid_minor=paid, status=status.value)
    verb: events.Verb = "balance_changed"
    if status is rules.Status.PAID:
        verb = "paid"
    elif invoice.status == rules.Status.PAID:
        verb = "reopened"
    work.publish(events.invoice_changed(verb, changed))
    return changed
