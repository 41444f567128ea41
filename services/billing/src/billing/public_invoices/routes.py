"""HTTP door of invoices for the clients who hold a link to one."""

from typing import Annotated

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from billing.pages.rules.words import Spoken
from billing.pages.use_cases import refused
from billing.public_invoices import use_cases
from billing.public_invoices.schemas import PublicInvoiceView
from chassis.http.content import disposition, wants_page
from chassis.http.door import PUBLIC
from chassis.http.router import Context, router
from papers.words import Language

routes = router("/v1/public/invoices", "Invoices")

PDF, HTML = "application/pdf", "text/html"
Token = Annotated[str, Path(max_length=200)]


@routes.get("/{invoice_token}", permission=PUBLIC, response_model=PublicInvoiceView,
            files=(HTML,), page=refused, guessed=True)  # fmt: skip
async def view_invoice(
    context: Context, request: Request, invoice_token: Token, lang: Spoken | None = None
) -> PublicInvoiceView | Response:
    """See an invoice by its link; every time is counted. Browsers see a page."""
    if wants_page(request):
        return await use_cases.page(context, invoice_token, lang)
    return PublicInvoiceView.model_validate(await use_cases.view(context, invoice_token))


@routes.get("/{invoice_token}/pdf", permission=PUBLIC, files=(PDF,), page=refused, guessed=True)
async def print_by_link(
    context: Context, invoice_token: Token, lang: Language | None = None
) -> Response:
    """Print an invoice by its link, in the buyer's language unless another one is asked for."""
    name, content = await use_cases.printed(context, invoice_token, lang)
    headers = {"Content-Disposition": disposition(name, inline=True), "Cache-Control": "private"}
    return Response(content, headers=headers, media_type=PDF)
