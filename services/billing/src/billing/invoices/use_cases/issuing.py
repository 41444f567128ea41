"""What makes an invoice of a draft."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from billing.chains.rules import GENESIS, content_hash
from billing.exchange_rates.use_cases import at_home
from billing.invoices import events, rules
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.tables import Invoice
from billing.invoices.use_cases.credit import check_credit
from billing.ledger import use_cases as ledger
from billing.ledger.rules import Account, Entry
from billing.parties import use_cases as parties
from billing.series.use_cases import take_number
from chassis.context import Context
from chassis.work import UnitOfWork
from refs.home import today


async def issue_invoice(work: UnitOfWork, context: Context, invoice_id: UUID) -> Invoice:
    """Give a draft the next number of its series; from then on it stays as it is."""
    asked = await _ask(work, context, invoice_id)
    invoices = InvoiceRepository(work)
    draft = await invoices.get_for_update(invoice_id)
    rules.check_draft(draft.status)
    if asked is None or asked.client_id != draft.client_id:
        raise rules.BuyerChanged()
    return await issue_draft(work, draft, asked)


async def issue_draft(work: UnitOfWork, draft: Invoice, asked: parties.Parties) -> Invoice:
    """The same of a draft that is locked, with what was asked before the work began."""
    invoices = InvoiceRepository(work)
    status = rules.issued(draft.status, draft.total_minor)
    amounts = {"total": draft.total_minor, "tax": draft.tax_minor}
    worth = await at_home(work, draft.currency, draft.issue_date, draft.exchange_rate, amounts)
    await check_credit(work, draft, worth)
    frozen: dict[str, Any] = {
        "seller": await asked.seller(work, draft.branch_id), "buyer": asked.buyer(), **worth,
        "issued_at": work.now, "supply_date": draft.supply_date or draft.issue_date,
        "due_date": draft.due_date
        or rules.due(draft.issue_date, await today(work), draft.due_days),
    }  # fmt: skip
    await ledger.post(work, draft.currency, (f"invoice:{draft.id}:issued", owed(draft)))
    # Last of all that may be refused: whoever else issues waits from here on.
    numbered = frozen | await _numbered(work, draft, frozen)
    invoice = await invoices.update(draft, status=status.value, **numbered)
    work.publish(events.invoice_changed("issued", invoice))
    if status is rules.Status.PAID:
        work.publish(events.invoice_changed("paid", invoice))
    return invoice


def content(invoice: Invoice) -> dict[str, Any]:
    """What is hashed of an issued invoice."""
    return {name: getattr(invoice, name) for name in rules.FROZEN}


async def _ask(work: UnitOfWork, context: Context, invoice_id: UUID) -> parties.Parties | None:
    """Who sells and who buys; nobody is asked about what cannot be issued anyway."""
    async with work.database.work(work.caller) as own:
        draft = await InvoiceRepository(own).find(invoice_id)
    if draft is None or draft.status != rules.Status.DRAFT or not work.authorized:
        return None
    return await parties.ask(context, work.tenant_id, draft.client_id)


async def _numbered(work: UnitOfWork, draft: Invoice, frozen: dict[str, Any]) -> dict[str, Any]:
    """Its number, and its place in the chain of the series."""
    taken = await take_number(work, "invoice", draft.branch_id)
    number: dict[str, Any] = {"number": taken.number, "series_id": taken.series_id}
    before = await InvoiceRepository(work).hash_before(taken.series_id, taken.place) or GENESIS
    says = content(replace(draft, **frozen, **number))
    return number | {
        "chain_place": taken.place, "previous_hash": before,
        "content_hash": content_hash(says, taken.place, before),
    }  # fmt: skip


def owed(invoice: Invoice, sign: int = 1) -> list[Entry]:
    """What the client owes for an invoice, and what of it is earned and what is tax."""
    earned = invoice.total_minor - invoice.tax_minor - invoice.rounding_minor
    return [
        ledger.of_invoice(Account.RECEIVABLE, sign * invoice.total_minor, invoice),
        ledger.of_invoice(Account.REVENUE, -sign * earned, invoice),
        ledger.of_invoice(Account.TAX, -sign * invoice.tax_minor, invoice),
        ledger.of_invoice(Account.ROUNDING, -sign * invoice.rounding_minor, invoice),
    ]
