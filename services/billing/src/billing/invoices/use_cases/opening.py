"""What a client owed before the company came here: a document to be paid, and no invoice."""

from typing import Any, Final
from uuid import UUID

from billing.exchange_rates.rules.rates import ExchangeRateUnknown
from billing.exchange_rates.use_cases import at_home
from billing.invoices import events, rules
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.tables import Invoice
from billing.ledger import use_cases as ledger
from billing.ledger.rules import Account
from chassis.ids import new_id
from chassis.money import Money
from chassis.work import UnitOfWork
from refs.home import today

NOTHING: Final[dict[str, Any]] = {
    "lines": [], "taxes": [], "discount_minor": 0, "shipping_minor": 0, "tax_minor": 0,
    "rounding_minor": 0, "deposit_minor": 0, "digest": b"",
}  # fmt: skip


async def owe_opening(
    work: UnitOfWork, client_id: UUID, known: Invoice | None, owed: Money
) -> None:
    """A client owed so much; `known` is locked, and nothing below what is settled of it."""
    before = known.total_minor if known else 0
    if owed.amount_minor == before:
        return
    invoices = InvoiceRepository(work)
    figures = {"subtotal_minor": owed.amount_minor, "total_minor": owed.amount_minor}
    figures |= await _worth(work, owed)
    if known is None:
        on = await today(work)
        changed = await invoices.add(
            id=new_id(), type=rules.OPENING_BALANCE, status=rules.Status.ISSUED.value,
            client_id=client_id, currency=owed.currency, issue_date=on, due_date=on,
            issued_at=work.now, created_by=work.caller.principal, **NOTHING, **figures,
        )  # fmt: skip
    else:
        status = rules.settled(
            known.status, owed.amount_minor, paid=known.paid_minor,
            credited=known.credited_minor, written_off=known.written_off_minor,
        )  # fmt: skip
        changed = await invoices.update(known, status=status.value, **figures)
    more = owed.amount_minor - before
    await ledger.post(work, owed.currency, (f"opening_balance:{changed.id}:{changed.version}", [
        ledger.of_invoice(Account.RECEIVABLE, more, changed),
        ledger.of_invoice(Account.OPENING_BALANCES, -more, changed),
    ]))  # fmt: skip
    verb = rules.became(known.status, rules.Status(changed.status)) if known else "balance_changed"
    work.publish(events.invoice_changed(verb, changed))


async def _worth(work: UnitOfWork, owed: Money) -> dict[str, Any]:
    """What it is worth at home, where a rate of today is known."""
    amounts = {"total": owed.amount_minor, "tax": 0}
    try:
        return await at_home(work, owed.currency, await today(work), None, amounts)
    except ExchangeRateUnknown:
        return {}
