"""HTTP door of estimates for the clients who hold a link to one."""

from typing import Annotated

from fastapi import Path
from starlette.requests import Request
from starlette.responses import Response

from billing.estimates.use_cases import visiting
from billing.pages.rules.words import Spoken
from billing.pages.use_cases import refused
from billing.papers.use_cases.papers import print_by_link
from billing.public_estimates import use_cases
from billing.public_estimates.schemas import (
    AcceptedByClient,
    DeclinedByClient,
    PublicEstimateView,
)
from chassis.http.content import disposition, wants_page
from chassis.http.door import PUBLIC
from chassis.http.router import Context, router
from papers.words import Language

routes = router("/v1/public/estimates", "Estimates")

PDF, HTML = "application/pdf", "text/html"
Token = Annotated[str, Path(max_length=200)]


@routes.get("/{estimate_token}", permission=PUBLIC, response_model=PublicEstimateView,
            files=(HTML,), page=refused, guessed=True)  # fmt: skip
async def view_estimate(
    context: Context, request: Request, estimate_token: Token, lang: Spoken | None = None
) -> PublicEstimateView | Response:
    """See an estimate by its link; the first time it becomes `viewed`. Browsers see a page."""
    if wants_page(request):
        return await use_cases.page(context, estimate_token, lang)
    return PublicEstimateView.model_validate(await visiting.view(context, estimate_token))


@routes.post("/{estimate_token}/accept", permission=PUBLIC, response_model=PublicEstimateView,
             files=(HTML,), page=refused, guessed=True,
             example={"name": "سارة القحطاني"})  # fmt: skip
async def accept_by_link(
    context: Context, request: Request, estimate_token: Token, lang: Spoken | None = None,
    body: AcceptedByClient | None = None,
) -> PublicEstimateView | Response:  # fmt: skip
    """Accept an estimate by its link; browsers go back to its page."""
    said = body or AcceptedByClient()
    answering = visiting.accept(context, estimate_token, said.name)
    if wants_page(request):
        return await use_cases.answered(answering, estimate_token, lang)
    return PublicEstimateView.model_validate(await answering)


@routes.post("/{estimate_token}/decline", permission=PUBLIC, response_model=PublicEstimateView,
             files=(HTML,), page=refused, guessed=True,
             example={"reason": "وجدت عرضًا أقل"})  # fmt: skip
async def decline_by_link(
    context: Context, request: Request, estimate_token: Token, lang: Spoken | None = None,
    body: DeclinedByClient | None = None,
) -> PublicEstimateView | Response:  # fmt: skip
    """Decline an estimate by its link, and say why; browsers go back to its page."""
    said = body or DeclinedByClient()
    answering = visiting.decline(context, estimate_token, said.name, said.reason)
    if wants_page(request):
        return await use_cases.answered(answering, estimate_token, lang)
    return PublicEstimateView.model_validate(await answering)


@routes.get("/{estimate_token}/pdf", permission=PUBLIC, files=(PDF,), page=refused, guessed=True)
async def print_estimate_by_link(
    context: Context, estimate_token: Token, lang: Language | None = None
) -> Response:
    """Print an estimate by its link, to be kept; this counts as a view."""
    name, content = await print_by_link(context, estimate_token, lang)
    headers = {"Content-Disposition": disposition(name, inline=True), "Cache-Control": "private"}
    return Response(content, headers=headers, media_type=PDF)
