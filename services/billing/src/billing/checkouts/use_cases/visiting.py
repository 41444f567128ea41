"""The client of an invoice pays it by its link."""

from dataclasses import dataclass
from typing import Any

import orjson

from billing.checkouts import rules
from billing.checkouts.repository import CheckoutRepository
from billing.checkouts.use_cases.confirming import confirm
from billing.checkouts.use_cases.starting import Started, Wanted, start
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.use_cases.linking import LINKED
from billing.links.use_cases.opening import opened
from chassis.caller import Caller
from chassis.context import Context
from chassis.money import Money

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Resumed:
    """An open checkout: of which invoice, how much, and what finishes it unless it is at the bank
    already.
    """

    caller: Caller
    invoice: Json
    amount: str
    started: Started | None


async def pay(context: Context, token: str, amount: str | None) -> Json:
    """Begin to pay the invoice that a link leads to, or go on."""
    async with opened(context, LINKED, token) as (work, invoice):
        caller = work.caller
    async with context.database.work(caller) as work:
        started = await start(work, context, Wanted(invoice_id=invoice.id, amount=amount))
        shown: Json = orjson.loads((await CheckoutRepository(work).shown(started.id)).body)
    return shown | started.secrets


async def resume(context: Context, token: str) -> Resumed | None:
    """What was begun of the invoice that a link leads to and may still be paid, to go on with."""
    async with opened(context, LINKED, token) as (work, invoice):
        known = await CheckoutRepository(work).open_of(invoice.id)
        caller = work.caller
        shown: Json = orjson.loads((await InvoiceRepository(work).shown(invoice.id)).body)
    if known is None:
        return None
    amount = Money(known.amount_minor, known.currency).format()
    if known.status == rules.Status.PROCESSING:
        return Resumed(caller, shown, amount, None)
    # Who began it, and with how much, was looked at then: here it is the same part again.
    wanted = Wanted(
        invoice_id=invoice.id, amount=amount, by_staff=True,
        payment_provider_id=known.payment_provider_id,
    )  # fmt: skip
    async with context.database.work(caller) as work:
        started = await start(work, context, wanted)
    return Resumed(caller, shown, amount, None if started.is_done else started)


async def refresh(context: Context, token: str) -> Json:
    """What became of what was begun last: the payer comes back before the provider tells."""
    async with opened(context, LINKED, token) as (work, invoice):
        found = await CheckoutRepository(work).latest_of(invoice.id)
    if found is None:
        raise rules.NoCheckout()
    if found.status in rules.OPEN:
        await confirm(context, invoice.tenant_id, {"checkout_id": str(found.id)})
    async with context.database.work(work.caller) as own:
        shown: Json = orjson.loads((await CheckoutRepository(own).shown(found.id)).body)
    return shown
