"""What the client of an invoice does by its link."""

from decimal import Decimal
from typing import Any

import orjson
from starlette.responses import Response

from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.rules import Status
from billing.invoices.use_cases import linking
from billing.invoices.use_cases.linking import LINKED
from billing.links.use_cases.opening import company, opened
from billing.pages.rules.words import Spoken
from billing.pages.use_cases import look_on_page
from billing.pages.use_cases import page as shown_page
from billing.papers.rules import invoice as invoice_rules
from billing.papers.rules import parts
from billing.papers.use_cases.papers import print_invoice
from billing.payment_providers.use_cases.accounts import pay_methods
from billing.public_invoices import rules
from chassis.caller import Caller
from chassis.context import Context
from chassis.work import UnitOfWork
from papers.words import Language

Json = dict[str, Any]


async def view(context: Context, token: str) -> Json:
    """The invoice that a link leads to, which counts as a view; raises InvoiceLinkNotFound."""
    _, told = await _visit(context, token)
    return told


async def page(context: Context, token: str, language: Spoken | None) -> Response:
    """The same as a page."""
    caller, invoice = await _visit(context, token)
    look = await look_on_page(context, caller, "invoice", invoice, language)
    is_due = invoice["status"] in rules.DUE
    name = "balance" if is_due else "total"
    return shown_page(
        "invoice", look, sheet=invoice_rules.sheet(invoice, look, None),
        address=f"{LINKED.path}/{token}", status=invoice["status_name"],
        tone=rules.tone(invoice),
        figure=parts.amount(name, invoice[name], look, currency=invoice["currency"]),
        by=parts.day("due_date", invoice["due_date"], look) if is_due else None,
        pay_methods=invoice["pay_methods"], deposit=rules.deposit_asked_for(invoice),
    )  # fmt: skip


async def _visit(context: Context, token: str) -> tuple[Caller, Json]:
    async with opened(context, LINKED, token) as (work, invoice):
        await linking.view(work, invoice)
        shown: Json = orjson.loads((await InvoiceRepository(work).shown(invoice.id)).body)
        return work.caller, await _told(work, shown)


async def read_by_link(context: Context, token: str) -> tuple[Caller, Json]:
    """The same where nobody looks at it, but at what became of paying it."""
    async with opened(context, LINKED, token) as (work, invoice):
        shown: Json = orjson.loads((await InvoiceRepository(work).shown(invoice.id)).body)
        return work.caller, shown


async def printed(context: Context, token: str, language: Language | None) -> tuple[str, bytes]:
    """The name of the file and the PDF of the invoice that a link leads to."""
    async with opened(context, LINKED, token) as (work, invoice):
        caller = work.caller
    async with context.database.work(caller) as work:
        return await print_invoice(work, context, invoice.id, language)


async def _told(work: UnitOfWork, shown: Json) -> Json:
    ar, en = rules.named(shown)
    is_owed = Decimal(shown["balance"]) > 0 and shown["status"] != Status.WRITTEN_OFF
    return shown | {
        "pay_methods": await pay_methods(work) if is_owed else [],
        "company": await company(work), "title": rules.TITLE, "status_name": {"ar": ar, "en": en},
    }  # fmt: skip
