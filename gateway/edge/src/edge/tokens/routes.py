"""HTTP door of tokens."""

import base64
import binascii
from typing import Annotated

from fastapi import Form
from starlette.requests import Request
from starlette.responses import Response

from chassis.http.door import PUBLIC
from chassis.http.router import JSON, Context, router
from edge.sessions.rules import device_of
from edge.tokens import rules, use_cases
from edge.tokens.schemas import TokenRequest, TokenView

routes = router("/v1/auth", "Signing in")
# RFC 6749, 5.1
_NOT_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}


@routes.post(
    "/token", permission=PUBLIC, response_model=TokenView,
    example={"grant_type": "password", "username": "sara@example.com",
             "password": "a long password"},
)  # fmt: skip
async def give_tokens(
    context: Context, request: Request, form: Annotated[TokenRequest, Form()]
) -> Response:
    """Sign in, refresh a session, or exchange an API key (OAuth 2.0)."""
    given = await _given(context, request, form)
    view = TokenView(
        access_token=given.access_token, expires_in=context.settings.access_seconds,
        refresh_token=given.refresh_token,
    )  # fmt: skip
    return Response(view.model_dump_json(exclude_none=True), headers=_NOT_KEPT, media_type=JSON)


async def _given(context: Context, request: Request, form: TokenRequest) -> use_cases.Given:
    peer = request.client.host if request.client else None
    device = device_of(request.headers, peer)
    match form.grant_type:
        case "password" if form.username and form.password:
            given = use_cases.Credentials(form.username, form.password, form.otp, form.tenant)
            return await use_cases.give_for_password(context, given, device)
        case "refresh_token" if form.refresh_token:
            return await use_cases.give_for_refresh_token(context, form.refresh_token)
        case "client_credentials" if secret := form.client_secret or _basic_secret(request):
            return await use_cases.give_for_api_key(context, secret, device)
        case "" | "password" | "refresh_token" | "client_credentials":
            raise rules.OAuthRefusal()
    raise rules.UnknownGrant()


def _basic_secret(request: Request) -> str:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
