"""What makes invoices of drafts: many at once, and so also one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from billing.branches.repository import BranchRepository
from billing.chains.rules import GENESIS, content_hash
from billing.defaults.rules import CreditLimitExceeded
from billing.einvoices import use_cases as einvoices
from billing.einvoices.rules.states import told
from billing.exchange_rates.use_cases import Known, rates_on, worth
from billing.invoices import events, rules
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.tables import Invoice
from billing.invoices.use_cases.credit import beyond_credit
from billing.ledger import use_cases as ledger
from billing.ledger.rules import Account, Entry
from billing.paper_templates.use_cases import default_template
from billing.parties import use_cases as parties
from billing.series.rules import Taken
from billing.series.use_cases import take_numbers
from chassis.context import Context
from chassis.errors import Failure
from chassis.money import Money
from chassis.work import UnitOfWork
from refs.home import today

# By who owes, with None for walk-in sales, and whom it is about.
Asked = Mapping[parties.Whose, parties.Parties]


@dataclass(frozen=True, slots=True)
class Ready:
    """A draft that nothing keeps from being issued, and what it says from then on."""

    draft: Invoice
    status: rules.Status
    frozen: dict[str, Any]
    is_e_invoice: bool


async def issue_invoice(work: UnitOfWork, context: Context, invoice_id: UUID) -> Invoice:
    """Give a draft the next number of its series; from then on it stays as it is."""
    asked = await _ask(work, context, invoice_id)
    invoices = InvoiceRepository(work)
    draft = await invoices.get_for_update(invoice_id)
    rules.check_draft(draft.status)
    if asked is None or (asked.client_id, asked.for_client_id) != whose(draft):
        raise rules.BuyerChanged()
    return await issue_draft(work, draft, asked)


async def issue_draft(work: UnitOfWork, draft: Invoice, asked: parties.Parties) -> Invoice:
    """The same of a draft that is locked, with what was asked before the work began."""
    [ready] = await ready_to_issue(work, [draft], {whose(draft): asked})
    if isinstance(ready, Failure):
        raise ready
    [invoice] = await issue_ready(work, [ready])
    return invoice


def whose(draft: Invoice) -> parties.Whose:
    """Who owes it, and whom it is about."""
    return draft.client_id, draft.for_client_id


async def ready_to_issue(
    work: UnitOfWork, drafts: Sequence[Invoice], asked: Asked
) -> list[Ready | Failure]:
    """What each of some drafts says once it is issued, or why it cannot be."""
    unrated = {(one.currency, one.issue_date) for one in drafts if one.exchange_rate is None}
    rates = await rates_on(work, unrated)
    branches = await BranchRepository(work).of({one.branch_id for one in drafts if one.branch_id})
    day, is_on = await today(work), await einvoices.is_on(work)
    style = await default_template(work, "invoice")
    found: dict[UUID, Ready | Failure] = {}
    for draft in drafts:
        try:
            status = rules.issued(draft.status, draft.total_minor)
            says = _worth(rates, draft) | _dated(work, draft, day)
            says["template_id"] = draft.template_id or (style and style.id)
            of = asked[whose(draft)]
            branch = branches.get(draft.branch_id) if draft.branch_id else None
            says |= {
                "seller": of.seller_at(asdict(branch) if branch else {}),
                "buyer": of.buyer(), "for_client": of.about(),
            }  # fmt: skip
            if is_on:
                einvoices.check(says, draft.lines)
            found[draft.id] = Ready(draft, status, says, is_on)
        except Failure as failure:
            found[draft.id] = failure
    asking = [(one.draft, one.frozen) for one in found.values() if isinstance(one, Ready)]
    found |= dict.fromkeys(await beyond_credit(work, asking), CreditLimitExceeded())
    return list(found.values())


async def issue_ready(work: UnitOfWork, some: Sequence[Ready]) -> list[Invoice]:
    """Give them the next numbers of their series, in their order; nothing of this is refused."""
    for currency in sorted({one.draft.currency for one in some}):
        await ledger.post(work, currency, *(
            (f"invoice:{one.draft.id}:issued", owed(one.draft))
            for one in some if one.draft.currency == currency
        ))  # fmt: skip
    # Last of all that waits: whoever else issues waits from here on.
    numbered = await _numbered(work, some)
    stamps = await _stamps(work, some, numbered)
    invoices = await InvoiceRepository(work).update_each([
        (one.draft, {
            "status": one.status.value, **numbered[one.draft.id],
            "einvoice": stamps and stamps.state(one.draft.id, one.draft.branch_id),
        })
        for one in some
    ])  # fmt: skip
    if stamps is not None:
        # In the order of their places.
        in_order = sorted(invoices, key=lambda one: stamps.places[one.id])
        await einvoices.stamp(
            work, stamps, [("invoice", one.branch_id, e_invoice(one)) for one in in_order]
        )
    for invoice in invoices:
        work.publish(events.invoice_changed("issued", invoice))
        if invoice.status == rules.Status.PAID:
            work.publish(events.invoice_changed("paid", invoice))
    return invoices


async def _stamps(
    work: UnitOfWork, some: Sequence[Ready], numbered: Mapping[UUID, dict[str, Any]]
) -> einvoices.Stamps | None:
    """In the order of their numbers; None where nobody has e-invoicing."""
    if not any(one.is_e_invoice for one in some):
        return None
    in_order = sorted(some, key=lambda one: numbered[one.draft.id]["chain_place"])
    return await einvoices.take_stamps(
        work, [(one.draft.id, one.draft.branch_id) for one in in_order]
    )


def e_invoice(invoice: Invoice) -> dict[str, Any]:
    """What an e-invoice says of an invoice that was just issued."""
    home = invoice.home_currency or invoice.currency
    return told(
        invoice, seller=invoice.seller, buyer=invoice.buyer, notes=invoice.notes,
        payment_terms=invoice.payment_terms, home_currency=home,
        supply_date=str(invoice.supply_date), due_date=str(invoice.due_date),
        home_tax_total=Money(invoice.home_tax_minor or 0, home).format(),
    )  # fmt: skip


def content(invoice: Invoice) -> dict[str, Any]:
    """What is hashed of an issued invoice."""
    return {name: getattr(invoice, name) for name in rules.FROZEN}


async def _ask(work: UnitOfWork, context: Context, invoice_id: UUID) -> parties.Parties | None:
    """Who sells and who buys; nobody is asked about what cannot be issued anyway."""
    async with work.database.work(work.caller) as own:
        asked = await InvoiceRepository(own).whose_draft(invoice_id)
    if asked is None or not work.authorized:
        return None
    return await parties.ask(context, work.tenant_id, *asked)


def _dated(work: UnitOfWork, draft: Invoice, today: date) -> dict[str, Any]:
    """The moment it is issued, and the days that it left open."""
    return {
        "issued_at": work.now, "supply_date": draft.supply_date or draft.issue_date,
        "due_date": draft.due_date or rules.due(draft.issue_date, today, draft.due_days),
    }  # fmt: skip


def _worth(rates: Known, draft: Invoice) -> dict[str, Any]:
    amounts = {"total": draft.total_minor, "tax": draft.tax_minor}
    return worth(rates, draft.currency, draft.issue_date, draft.exchange_rate, amounts)


async def _numbered(work: UnitOfWork, some: Sequence[Ready]) -> dict[UUID, dict[str, Any]]:
    """What each says, its number, and its place in the chain of its series."""
    wanted = Counter(one.draft.branch_id for one in some)
    taken = await take_numbers(work, "invoice", wanted)
    given = {branch_id: iter(numbers) for branch_id, numbers in taken.items()}
    placed = sorted(
        ((next(given[one.draft.branch_id]), one) for one in some), key=lambda pair: pair[0].place
    )
    last: dict[UUID, str] = {}
    numbered = {}
    for number, one in placed:
        if number.series_id not in last:
            before = await InvoiceRepository(work).hash_before(number.series_id, number.place)
            last[number.series_id] = before or GENESIS
        link = _linked(one, number, last[number.series_id])
        last[number.series_id] = link["content_hash"]
        numbered[one.draft.id] = one.frozen | link
    return numbered


def _linked(one: Ready, taken: Taken, before: str) -> dict[str, Any]:
    number: dict[str, Any] = {"number": taken.number, "series_id": taken.series_id}
    says = content(replace(one.draft, **one.frozen, **number))
    return number | {
        "chain_place": taken.place, "previous_hash": before,
        "content_hash": content_hash(says, taken.place, before),
    }  # fmt: skip


def owed(invoice: Invoice, sign: int = 1) -> list[Entry]:
    """What the client owes for an invoice, and what of it is earned and what is tax."""
    if rules.is_from_before(invoice.type):
        return [
            ledger.of_invoice(Account.RECEIVABLE, sign * invoice.total_minor, invoice),
            ledger.of_invoice(Account.OPENING_BALANCES, -sign * invoice.total_minor, invoice),
        ]
    earned = invoice.total_minor - invoice.tax_minor - invoice.rounding_minor
    return [
        ledger.of_invoice(Account.RECEIVABLE, sign * invoice.total_minor, invoice),
        ledger.of_invoice(Account.REVENUE, -sign * earned, invoice),
        ledger.of_invoice(Account.TAX, -sign * invoice.tax_minor, invoice),
        ledger.of_invoice(Account.ROUNDING, -sign * invoice.rounding_minor, invoice),
    ]
