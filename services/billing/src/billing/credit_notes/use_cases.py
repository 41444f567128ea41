"""Something is taken off an invoice that was issued."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from billing.credit_notes import rules
from billing.credit_notes.repository import CreditNoteRepository
from billing.credit_notes.tables import CreditNote
from billing.einvoices import use_cases as einvoices
from billing.einvoices.rules.checks import EInvoiceIncomplete
from billing.einvoices.rules.states import told
from billing.exchange_rates.rules.rates import converted
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.rules import check_no_balance, check_stands, is_from_before
from billing.invoices.use_cases.paying import credit
from billing.ledger import use_cases as ledger
from billing.ledger.rules import Account, Entry
from billing.paper_templates.use_cases import check_template, template_of
from billing.payments.repository.payments import PaymentRepository
from billing.payments.use_cases.allocating import release
from billing.series.use_cases import take_number
from billing.totals.rules.written import figures
from chassis.ids import new_id
from chassis.money import Money
from chassis.work import UnitOfWork
from refs.home import today

Json = dict[str, Any]


async def issue_credit_note(
    work: UnitOfWork, invoice_id: UUID, values: Json, digest: bytes
) -> CreditNote:
    """Take something off an invoice; what was paid beyond the rest is its client's credit."""
    serialise = PaymentRepository(work).serialise
    invoice = await InvoiceRepository(work).get_to_move(invoice_id, serialise)
    if (known := await CreditNoteRepository(work).known(values["id"], digest)) is not None:
        work.status = 200
        return known
    check_no_balance(invoice.type)
    check_stands(invoice.status)
    return await credit_locked(work, invoice, values, digest)


async def credit_locked(work: UnitOfWork, invoice: Any, values: Json, digest: bytes) -> CreditNote:
    """The same of an issued invoice that is locked after its client's money."""
    notes = CreditNoteRepository(work)
    await check_template(work, values["template_id"], "credit_note")
    style = await template_of(work, values["template_id"], "credit_note")
    found, lines_left = await _figured(work, invoice, values)
    total = found["total_minor"]
    await release(work, invoice.id, total - invoice.balance_minor)
    await credit(work, invoice, total, lines_left)
    note_id = values["id"] or new_id()
    await ledger.post(work, invoice.currency, (f"credit_note:{note_id}:issued", [
        ledger.of_invoice(Account.RECEIVABLE, -total, invoice), *_back(note_id, invoice, found),
    ]))  # fmt: skip
    # Last of all that may be refused: whoever else takes a number waits from here on.
    is_e_invoice = await _is_e_invoice(work, invoice, found["lines"])
    taken = await take_number(work, "credit_note", invoice.branch_id)
    asked = [(note_id, invoice.branch_id)]
    stamps = await einvoices.take_stamps(work, asked) if is_e_invoice else None
    note = await notes.add(
        einvoice=stamps and stamps.state(note_id, invoice.branch_id),
        **found, id=note_id, status="issued", number=taken.number, series_id=taken.series_id,
        client_id=invoice.client_id, for_client_id=invoice.for_client_id,
        issue_date=await today(work), invoice_id=invoice.id,
        reason=values["reason"], issued_at=work.now, branch_id=invoice.branch_id,
        salesperson_id=invoice.salesperson_id, work_cycle_id=invoice.work_cycle_id,
        template_id=style and style.id, external_id=values["external_id"],
        subscription_id=values.get("subscription_id"), created_by=work.caller.principal,
        digest=digest,
    )  # fmt: skip
    if stamps is not None:
        says = e_invoice(note, invoice)
        await einvoices.stamp(work, stamps, [("credit_note", invoice.branch_id, says)])
    return note


async def _is_e_invoice(work: UnitOfWork, invoice: Any, lines: list[Json]) -> bool:
    """Whether it is an e-invoice too; raises EInvoiceIncomplete.

    One of an invoice that was issued before the company had any is one where it says enough.
    """
    if is_from_before(invoice.type) or not await einvoices.is_on(work):
        return False
    says = {name: getattr(invoice, name) for name in ("seller", "buyer", "home_currency")}
    try:
        einvoices.check(says, lines)
    except EInvoiceIncomplete:
        if invoice.einvoice is None:
            return False
        raise
    return True


def e_invoice(note: CreditNote, invoice: Any) -> Json:
    """What an e-invoice says of a credit note that was just issued: parties and worth as there."""
    home, rate = invoice.home_currency, Decimal(invoice.exchange_rate or 1)
    tax = converted(note.tax_minor, note.currency, home, rate)
    return told(
        note, seller=invoice.seller, buyer=invoice.buyer, notes=None, payment_terms=None,
        supply_date=str(invoice.supply_date), home_currency=home,
        home_tax_total=Money(tax, home).format(),
        credit_of={"number": invoice.number, "issue_date": str(invoice.issue_date),
                   "reason": note.reason},
    )  # fmt: skip


async def _figured(work: UnitOfWork, invoice: Any, values: Json) -> tuple[Json, Any]:
    """What is credited comes to, and what is left of the invoice's lines then, where lines are
    named; raises what is too much.
    """
    notes, currency = CreditNoteRepository(work), invoice.currency
    credited = await notes.taxed(invoice.id)
    left = invoice.total_minor - invoice.credited_minor - invoice.written_off_minor
    if values["lines"] is None:
        found = _rest(invoice, left, credited, await notes.net(invoice.id))
        return found, rules.nothing_of(invoice.lines, currency)
    lines = rules.taxed(values["lines"], invoice.lines)
    extras = ("discount", "shipping", "agreed_total")
    found = figures(currency, lines, {one: values.get(one) for one in extras})
    of_lines = invoice.lines_left
    if any(one["invoice_line"] is not None for one in lines):
        of_lines = of_lines or rules.left_of(invoice.lines, currency)
        of_lines = rules.take(of_lines, found["lines"], currency)
    rules.check_left(left, found["total_minor"], invoice.taxes, credited, found["taxes"])
    return found, of_lines


def _rest(
    invoice: Any, left_minor: int, credited: Mapping[rules.Key, Decimal], net_minor: int
) -> Json:
    """All of an invoice as it stands on it, else what is left of each tax; raises OverCredited."""
    if not left_minor:
        raise rules.OverCredited()
    if invoice.written_off_minor:
        raise rules.LinesNeeded(field="lines")
    if not invoice.credited_minor and not is_from_before(invoice.type):
        lines = [one | {"invoice_line": place} for place, one in enumerate(invoice.lines)]
        shipping = Money(invoice.shipping_minor, invoice.currency).format()
        return figures(
            invoice.currency, lines, {"discount": invoice.discount, "shipping": shipping}
        )
    lines = rules.rest_of(invoice, credited, net_minor)
    agreed = Money(left_minor, invoice.currency).format()
    return figures(invoice.currency, lines, {"agreed_total": agreed})


def _back(note_id: UUID, invoice: Any, found: Json) -> list[Entry]:
    """What is not earned any more, and no tax; of what was owed before, nothing was earned here."""
    if is_from_before(invoice.type):
        total = found["total_minor"]
        return [ledger.of_credit_note(Account.OPENING_BALANCES, total, note_id, invoice.client_id)]
    earned = found["total_minor"] - found["tax_minor"] - found["rounding_minor"]
    return [
        ledger.of_credit_note(account, minor, note_id, invoice.client_id)
        for account, minor in (
            (Account.REVENUE, earned), (Account.TAX, found["tax_minor"]),
            (Account.ROUNDING, found["rounding_minor"]),
        )
    ]  # fmt: skip
