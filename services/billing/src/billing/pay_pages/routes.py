"""HTTP door of the pages on which a client pays an invoice."""

from typing import Annotated

from fastapi import Path
from starlette.responses import Response

from billing.pages.rules.words import Spoken
from billing.pages.use_cases import refused
from billing.pay_pages import rules, use_cases
from billing.pay_pages.schemas import PayAsked
from chassis.http.door import PUBLIC
from chassis.http.router import Context, router

routes = router("/v1/public/invoices", "Payments")

Token = Annotated[str, Path(max_length=200)]


@routes.post("/{invoice_token}/pay", permission=PUBLIC, hidden=True, page=refused, guessed=True)
async def begin_on_page(
    context: Context, invoice_token: Token, lang: Spoken | None = None,
    body: PayAsked | None = None,
) -> Response:  # fmt: skip
    """Begin to pay an invoice online, from its page."""
    amount = (body or PayAsked()).amount
    return await use_cases.begin_paying(context, invoice_token, amount, lang)


@routes.get("/{invoice_token}/pay", permission=PUBLIC, hidden=True, page=refused, guessed=True)
async def view_pay_page(
    context: Context, invoice_token: Token, lang: Spoken | None = None
) -> Response:
    """See the page on which an invoice is paid."""
    return await use_cases.pay(context, invoice_token, lang)


@routes.get(
    "/{invoice_token}/paid", permission=PUBLIC, hidden=True, page=refused, guessed=True,
    open_parameters=rules.COMING_BACK,
)  # fmt: skip
async def come_back_to_page(
    context: Context, invoice_token: Token, lang: Spoken | None = None
) -> Response:
    """See on a page what became of paying an invoice."""
    return await use_cases.come_back(context, invoice_token, lang)
