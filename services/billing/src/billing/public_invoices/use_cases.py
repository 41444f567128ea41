"""What the client of an invoice does by its link."""

from decimal import Decimal
from typing import Any

import orjson

from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.rules import Status
from billing.invoices.use_cases import linking
from billing.invoices.use_cases.linking import LINKED
from billing.links.use_cases.opening import company, opened
from billing.papers.rules.words import Language
from billing.papers.use_cases.papers import print_invoice
from billing.payment_providers.use_cases.accounts import pay_methods
from billing.public_invoices import rules
from chassis.context import Context
from chassis.work import UnitOfWork

Json = dict[str, Any]


async def view(context: Context, token: str) -> Json:
    """The invoice that a link leads to, which counts as a view; raises InvoiceLinkNotFound."""
    async with opened(context, LINKED, token) as (work, invoice):
        await linking.view(work, invoice)
        shown: Json = orjson.loads((await InvoiceRepository(work).shown(invoice.id)).body)
        return await _told(work, shown)


async def printed(context: Context, token: str, language: Language | None) -> tuple[str, bytes]:
    """The name of the file and the PDF of the invoice that a link leads to."""
    async with opened(context, LINKED, token) as (work, invoice):
        caller = work.caller
    async with context.database.work(caller) as work:
        return await print_invoice(work, context, invoice.id, language)


async def _told(work: UnitOfWork, shown: Json) -> Json:
    ar, en = rules.STATUSES[shown["status"]]
    is_owed = Decimal(shown["balance"]) > 0 and shown["status"] != Status.WRITTEN_OFF
    return shown | {
        "pay_methods": await pay_methods(work) if is_owed else [],
        "company": await company(work), "title": rules.TITLE, "status_name": {"ar": ar, "en": en},
    }  # fmt: skip
