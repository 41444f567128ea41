"""Documents as a client is given them: printed, and as a code to be read by a camera."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
import zxingcpp

from billing.balances.repository import balances
from billing.chains.rules import GENESIS
from billing.credit_notes.repository import CreditNoteRepository
from billing.credit_notes.use_cases import e_invoice
from billing.documents.repository.records import RecordRepository
from billing.einvoices import use_cases as einvoices
from billing.einvoices.rules.states import is_rejected
from billing.estimates.repository import EstimateRepository
from billing.estimates.use_cases import visiting
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.rules import Status, check_invoice
from billing.orders.repository import OrderRepository
from billing.paper_templates.rules import Kind
from billing.papers.repository import paid_by, parties_of_credit_note
from billing.papers.rules import credit_note as credit_note_rules
from billing.papers.rules import invoice as invoice_rules
from billing.papers.rules import offers, receipt
from billing.papers.use_cases.letterheads import dress_of
from billing.parties import use_cases as parties
from billing.payments.repository.payments import PaymentRepository
from billing.ubl.rules import qr
from billing.ubl.rules.document import xml
from billing.ubl.rules.signature import code_in
from chassis.caller import Caller
from chassis.context import Context
from chassis.work import UnitOfWork
from papers.look import Look, drawn
from papers.printing import Printer, Template
from papers.words import Language
from refs.home import home

Json = dict[str, Any]
# The name of a file, and the PDF.
Printed = tuple[str, bytes]
Records = Callable[[UnitOfWork], RecordRepository[Any]]
# A credit note that is no e-invoice is in no chain.
_ALONE: Final = {"place": 1, "previous_hash": GENESIS}


async def print_invoice(
    work: UnitOfWork, context: Context, invoice_id: UUID, language: Language | None
) -> Printed:
    """An invoice; a draft is printed as one, with who sells and buys now."""
    invoice = await _shown_whole(work, context, invoice_id)
    picture, inside = await _coded(work, invoice) if invoice["number"] else (None, None)
    look = await look_of(context, work.caller, "invoice", invoice, language)
    sheet = invoice_rules.sheet(invoice, look, picture)
    at = datetime.fromisoformat(invoice["issued_at"] or invoice["updated_at"])
    name = invoice["number"] or str(invoice_id)
    return f"{name}.pdf", await context.kept(Printer).print(sheet, at, inside=inside)


async def print_estimate(
    work: UnitOfWork, context: Context, estimate_id: UUID, language: Language | None
) -> Printed:
    """An estimate, with who offers and to whom now."""
    estimate = await _read(work, EstimateRepository, estimate_id)
    return await _print_estimate(context, work.caller, estimate, language)


async def print_by_link(context: Context, token: str, language: Language | None) -> Printed:
    """The estimate of a link, which counts as a view."""
    caller, estimate = await visiting.visit(context, token)
    return await _print_estimate(context, caller, estimate, language)


async def print_order(
    work: UnitOfWork, context: Context, order_id: UUID, language: Language | None
) -> Printed:
    """An order, with who delivers and to whom now."""
    order = await _read(work, OrderRepository, order_id)
    order |= await parties_now(context, work.caller, order)
    look = await look_of(context, work.caller, "order", order, language)
    sheet = offers.order(order, look)
    at = order["confirmed_at"] or order["updated_at"]
    return await _printed(context, sheet, at, order["number"] or str(order_id))


async def print_credit_note(
    work: UnitOfWork, context: Context, credit_note_id: UUID, language: Language | None
) -> Printed:
    """A credit note, with the parties of its invoice, its code, and the e-invoice that it is."""
    note = await _read(work, CreditNoteRepository, credit_note_id)
    async with work.database.work(work.caller) as own:
        note |= await parties_of_credit_note(own, credit_note_id)
    picture, inside = None, None
    if note["seller"] is None:  # of an invoice that another system issued
        note |= await parties_now(context, work.caller, note)
    else:
        picture, inside = await _coded(work, note)
    look = await look_of(context, work.caller, "credit_note", note, language)
    sheet = credit_note_rules.sheet(note, look, picture)
    at, name = datetime.fromisoformat(note["issued_at"]), f"{note['number']}.pdf"
    return name, await context.kept(Printer).print(sheet, at, inside=inside)


async def print_receipt(
    work: UnitOfWork, context: Context, payment_id: UUID, language: Language | None, *,
    on_roll: bool = False,
) -> Printed:  # fmt: skip
    """What came in, what it paid, and what is left to be paid now; raises NoReceipt."""
    payment = await _read(work, PaymentRepository, payment_id)
    receipt.check_receipted(payment)
    payment |= await parties_now(context, work.caller, payment | {"branch_id": None})
    async with work.database.work(work.caller) as own:
        payment |= {"invoices": await paid_by(own, payment_id), "due": await _due(own, payment)}
    zone = ZoneInfo((await home(work)).timezone)
    look = await look_of(context, work.caller, "receipt", payment, language)
    sheet = receipt.sheet(payment, look, zone)
    number, at = payment["receipt_number"], payment["updated_at"]
    return await _printed(context, sheet, at, number, "roll" if on_roll else "sheet")


async def write_invoice(work: UnitOfWork, context: Context, invoice_id: UUID) -> tuple[str, bytes]:
    """The name of the file and the XML; a draft with who sells and buys now."""
    invoice = await _shown_whole(work, context, invoice_id)
    return f"{invoice['number'] or invoice_id}.xml", await _file(work, invoice) or xml(invoice)


async def write_credit_note(work: UnitOfWork, note_id: UUID) -> tuple[str, bytes]:
    """The same of a credit note; where it is no e-invoice, as it would be one.

    Raises IsOpeningInvoice: of what another system issued there is no tax to give back.
    """
    async with work.database.work(work.caller) as own:
        note = await CreditNoteRepository(own).get(note_id)
        invoice = await InvoiceRepository(own).get(note.invoice_id)
        kept = await einvoices.given(own, note_id)
    work.authorize()
    check_invoice(invoice.type)
    says = e_invoice(note, invoice)
    return f"{note.number}.xml", kept or xml(says | {"chain": _ALONE})


async def code_of(work: UnitOfWork, invoice_id: UUID) -> Json:
    """The code of an issued invoice, and whom it is about; a draft has none, nor what the
    authority rejected.
    """
    invoice = await _read_invoice(work, invoice_id)
    about = {name: invoice[name] for name in ("client_id", "url")}
    if not invoice["number"] or is_rejected(invoice["einvoice"]):
        return about | {"qr": None}
    return about | {"qr": _code(invoice, await _file(work, invoice))}


def _code(document: Json, kept: bytes | None) -> str:
    """The code that stands in its e-invoice, else that of phase 1."""
    return (kept and code_in(kept)) or qr.code(document)


async def _coded(work: UnitOfWork, document: Json) -> tuple[str | None, bytes | None]:
    """The picture of its code, and its e-invoice; what was rejected is not handed on as one."""
    if is_rejected(document["einvoice"]):
        return None, None
    inside = await _file(work, document)
    return _picture(_code(document, inside)), inside


async def _file(work: UnitOfWork, document: Json) -> bytes | None:
    """The e-invoice as it was made, or as the authority gave it back."""
    if document["einvoice"] is None:
        return None
    async with work.database.work(work.caller) as own:
        return await einvoices.given(own, UUID(document["id"]))


async def _shown_whole(work: UnitOfWork, context: Context, invoice_id: UUID) -> Json:
    """The invoice as everybody is shown it; a draft with who sells and buys now."""
    invoice = await _read_invoice(work, invoice_id)
    if invoice["status"] == Status.DRAFT:
        invoice |= await parties_now(context, work.caller, invoice)
    return invoice


async def _print_estimate(
    context: Context, caller: Caller, estimate: Json, language: Language | None
) -> Printed:
    whole = estimate | await parties_now(context, caller, estimate)
    look = await look_of(context, caller, "estimate", whole, language)
    sheet = offers.estimate(whole, look)
    at = whole["sent_at"] or whole["updated_at"]
    return await _printed(context, sheet, at, whole["number"] or whole["id"])


async def _read_invoice(work: UnitOfWork, invoice_id: UUID) -> Json:
    """An invoice; what was owed before is none."""
    invoice = await _read(work, InvoiceRepository, invoice_id)
    check_invoice(invoice["type"])
    return invoice


async def _read(work: UnitOfWork, records: Records, record_id: UUID) -> Json:
    """A record as everybody is shown it; no transaction stays open while it is printed."""
    async with work.database.work(work.caller) as own:
        body, _ = await records(own).read(record_id)
    work.authorize()
    shown: Json = orjson.loads(body)
    return shown


async def parties_now(context: Context, caller: Caller, document: Json) -> Json:
    """Who sells and who buys now."""
    client_id, about_id, branch_id = (
        document.get(name) and UUID(document[name])
        for name in ("client_id", "for_client_id", "branch_id")
    )
    found = await parties.ask(context, caller.tenant_id, client_id, about_id)
    async with context.database.work(caller) as own:
        seller = await found.seller(own, branch_id)
    return {"seller": seller, "buyer": found.buyer(), "for_client": found.about()}


async def _due(work: UnitOfWork, payment: Json) -> str | None:
    """What the client of a payment owes now in its currency; None of a walk-in sale."""
    if payment["client_id"] is None:
        return None
    found = await balances(work, UUID(payment["client_id"]))
    return next((one["due"] for one in found if one["currency"] == payment["currency"]), None)


async def look_of(
    context: Context, caller: Caller, kind: Kind, document: Json, language: Language | None
) -> Look:
    """By the template that a document names, else the default of its kind; in the language that is
    asked for, else the template's, else the buyer's.
    """
    named = document.get("template_id")
    dress = await dress_of(context, caller, kind, UUID(named) if named else None)
    picture = drawn(dress.logo, *dress.size) if dress.logo else None
    spoken: Language = "en" if (document["buyer"] or {}).get("language") == "en" else "ar"
    return Look(
        language or cast(Language | None, dress.language) or spoken, dress.accent,
        dress.shows_hijri, picture, dress.header, dress.footer,
    )  # fmt: skip


async def _printed(
    context: Context, sheet: Json, at: str, name: str, template: Template = "sheet"
) -> Printed:
    moment = datetime.fromisoformat(at)
    return f"{name}.pdf", await context.kept(Printer).print(sheet, moment, template)


def _picture(code: str) -> str:
    # In C++: to weigh the eight masks of ISO/IEC 18004, 7.8 in Python costs as much as to print.
    # Half a millisecond: to hand it to a thread would cost as much.
    drawn = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    picture: str = drawn.to_svg(scale=1, add_quiet_zones=False)
    return picture
