"""What becomes of an issued invoice: it is paid, credited, written off, voided."""

from typing import Any
from uuid import UUID

from billing.einvoices import use_cases as einvoices
from billing.invoices import events, rules
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.tables import Invoice
from billing.invoices.use_cases.issuing import owed
from billing.ledger import use_cases as ledger
from billing.ledger.rules import Account
from chassis.work import UnitOfWork


async def pay(work: UnitOfWork, invoice: Invoice, amount_minor: int, home_minor: int) -> Invoice:
    """So much more of a locked invoice is paid, and of its worth at home.

    Raises OverAllocated and InvoiceNotOwed.
    """
    return await settle(work, invoice, **_paid(invoice, amount_minor, home_minor))


async def write_off(work: UnitOfWork, invoice_id: UUID) -> Invoice:
    """Expect no more of what is left to be paid of an invoice."""
    invoice = await InvoiceRepository(work).get_for_update(invoice_id)
    rules.check_owed(invoice.status)
    left = invoice.balance_minor
    changed = await settle(work, invoice, written_off_minor=invoice.written_off_minor + left)
    cause = f"invoice:{invoice_id}:written_off:{changed.version}"
    await ledger.post(work, invoice.currency, (cause, [
        ledger.of_invoice(Account.BAD_DEBTS, left, invoice),
        ledger.of_invoice(Account.RECEIVABLE, -left, invoice),
    ]))  # fmt: skip
    return changed


async def void_invoice(work: UnitOfWork, invoice_id: UUID) -> Invoice:
    """Take an issued invoice back, of which nothing was paid; its number stays."""
    invoices = InvoiceRepository(work)
    invoice = await invoices.get_for_update(invoice_id)
    rules.check_no_balance(invoice.type)
    rules.check_voidable(invoice.status, invoice.balance_minor, invoice.total_minor)
    if not rules.is_from_before(invoice.type):
        await einvoices.check_voidable(work)
    changed = await invoices.update(invoice, status=rules.Status.VOID.value)
    await ledger.post(work, invoice.currency, (f"invoice:{invoice_id}:voided", owed(invoice, -1)))
    work.publish(events.invoice_changed("voided", changed))
    return changed


async def credit(
    work: UnitOfWork, invoice: Invoice, amount_minor: int, lines_left: list[dict[str, Any]] | None
) -> Invoice:
    """Take so much off an invoice, of which what was paid beyond the rest is released already.

    `invoice` is as it was before that: it tells whether it is paid now, and was not.
    """
    [locked] = await InvoiceRepository(work).lock_paid([invoice.id])
    credited = locked.credited_minor + amount_minor
    changed = await _write(work, locked, credited_minor=credited, lines_left=lines_left)
    work.publish(events.invoice_changed("credited", changed))
    if rules.became(invoice.status, rules.Status(changed.status)) == "paid":
        work.publish(events.invoice_changed("paid", changed))
    return changed


async def take_back(
    work: UnitOfWork, invoice: Invoice, amount_minor: int, home_minor: int, *, tells: bool
) -> None:
    """So much less of a locked invoice is paid; untold where more becomes of it at once."""
    write = settle if tells else _write
    await write(work, invoice, **_paid(invoice, -amount_minor, -home_minor))


async def settle(work: UnitOfWork, invoice: Invoice, **figures: int) -> Invoice:
    """Write what is paid or written off of a locked invoice, and tell it."""
    changed = await _write(work, invoice, **figures)
    verb = rules.became(invoice.status, rules.Status(changed.status))
    work.publish(events.invoice_changed(verb, changed))
    return changed


def _paid(invoice: Invoice, amount_minor: int, home_minor: int) -> dict[str, int]:
    return {
        "paid_minor": invoice.paid_minor + amount_minor,
        "home_paid_minor": invoice.home_paid_minor + home_minor,
    }


async def _write(work: UnitOfWork, invoice: Invoice, **figures: Any) -> Invoice:
    names = ("paid", "credited", "written_off")
    after = {one: figures.get(f"{one}_minor", getattr(invoice, f"{one}_minor")) for one in names}
    status = rules.settled(invoice.status, invoice.total_minor, **after)
    # Mostly it is the payment that is shown.
    invoices = InvoiceRepository(work, tells=False)
    return await invoices.update(invoice, status=status.value, **figures)
