"""The client of an invoice pays it by its link."""

from typing import Any

import orjson

from billing.checkouts import rules
from billing.checkouts.repository import CheckoutRepository
from billing.checkouts.use_cases.confirming import confirm
from billing.checkouts.use_cases.starting import Wanted, start
from billing.invoices.use_cases.linking import LINKED
from billing.links.use_cases.opening import opened
from chassis.context import Context

Json = dict[str, Any]


async def pay(context: Context, token: str, amount: str | None) -> Json:
    """Begin to pay the invoice that a link leads to, or go on."""
    async with opened(context, LINKED, token) as (work, invoice):
        caller = work.caller
    async with context.database.work(caller) as work:
        started = await start(work, context, Wanted(invoice_id=invoice.id, amount=amount))
        shown: Json = orjson.loads((await CheckoutRepository(work).shown(started.id)).body)
    return shown | started.secrets


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
