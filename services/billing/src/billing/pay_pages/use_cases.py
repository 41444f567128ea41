"""The pages on which a client pays an invoice, and comes back to."""

from starlette.responses import Response

from billing.checkouts.use_cases import visiting
from billing.invoices.use_cases.linking import LINKED
from billing.pages.rules.words import Spoken
from billing.pages.use_cases import look_on_page, page, see
from billing.papers.rules import parts
from billing.pay_pages import rules
from billing.payment_providers.rules.accounts import is_test
from billing.public_invoices.use_cases import read_by_link
from chassis.context import Context


async def begin_paying(
    context: Context, token: str, amount: str | None, language: Spoken | None
) -> Response:
    """Begin to pay, or go on with what was begun; the page of that is another one."""
    await visiting.pay(context, token, amount)
    return see(f"{_address(token)}/pay", language)


async def pay(context: Context, token: str, language: Spoken | None) -> Response:
    """Where it is paid, by the provider's own parts; back to the invoice where nothing is open."""
    resumed = await visiting.resume(context, token)
    if resumed is None:
        return see(_address(token), language)
    if resumed.started is None:
        return see(f"{_address(token)}/paid", language)
    invoice, started = resumed.invoice, resumed.started
    look = await look_on_page(context, resumed.caller, "invoice", invoice, language)
    return page(
        "pay", look, sources=started.page.sources, part=started.page, secrets=started.secrets,
        is_test=is_test(started.secrets["publishable_key"]), number=invoice["number"],
        company=invoice["seller"]["name"], address=_address(token),
        figure=parts.amount("total", resumed.amount, look), currency=invoice["currency"],
    )  # fmt: skip


async def come_back(context: Context, token: str, language: Spoken | None) -> Response:
    """What became of it, as the provider says now; raises NoCheckout."""
    checkout = await visiting.refresh(context, token)
    caller, invoice = await read_by_link(context, token)
    look = await look_on_page(context, caller, "invoice", invoice, language)
    tone, may_retry = rules.OUTCOMES[checkout["status"]]
    return page(
        "paid", look, tone=tone, may_retry=may_retry, outcome=checkout["status"],
        number=invoice["number"], company=invoice["seller"]["name"], address=_address(token),
        figure=parts.amount("total", checkout["amount"], look), currency=checkout["currency"],
    )  # fmt: skip


def _address(token: str) -> str:
    return f"{LINKED.path}/{token}"
