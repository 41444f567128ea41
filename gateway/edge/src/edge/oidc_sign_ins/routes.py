"""HTTP door of signing in at a company's own provider."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from chassis.http.callers import caller_address
from chassis.http.door import PUBLIC
from chassis.http.router import Context, router
from edge.oidc_providers.rules import PATH
from edge.oidc_sign_ins import rules, use_cases
from edge.oidc_sign_ins.schemas import Callback
from edge.sessions.rules import device_of

routes = router(PATH, "Signing in")


@routes.get("/{oidc_provider_id}", permission=PUBLIC, status=303, files=())
async def begin_oidc_sign_in(context: Context, oidc_provider_id: UUID) -> Response:
    """Go to the company's sign-in provider: a link for people, answered by a redirect."""
    return _sent_on(context, await use_cases.leave(context, oidc_provider_id))


@routes.get("/{oidc_provider_id}/callback", permission=PUBLIC, status=303, files=())
async def come_back_from_oidc(
    context: Context, request: Request, oidc_provider_id: UUID, said: Annotated[Callback, Query()]
) -> Response:
    """Come back from the provider; answered by a redirect to the page that signs in."""
    cookie = request.cookies.get(rules.COOKIE, "")
    device = device_of(caller_address(request), request.headers)
    step = await use_cases.come_back(context, oidc_provider_id, said, cookie, device)
    return _sent_on(context, step)


def _sent_on(context: Context, step: use_cases.Step) -> Response:
    response = Response(None, 303, {"Location": step.url, "Cache-Control": "no-store"})
    is_secure = context.settings.public_url.startswith("https:")
    response.set_cookie(
        rules.COOKIE, step.cookie, max_age=step.seconds, path=PATH, secure=is_secure,
        # Lax: the provider sends the browser here from its own site.
        httponly=True, samesite="lax",
    )  # fmt: skip
    return response
