"""HTTP door of tokens."""

import base64
import binascii
from typing import Annotated, Any

from fastapi import Form
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from chassis.http.callers import caller_address
from chassis.http.door import PUBLIC
from chassis.http.router import JSON, Context, router
from edge.oidc_providers.rules import PATH
from edge.oidc_sign_ins.rules import COOKIE
from edge.passkeys import use_cases as passkeys
from edge.sessions.rules import Device, device_of
from edge.tokens import rules, use_cases
from edge.tokens.schemas import (
    ChallengeView,
    Credential,
    OidcSignIn,
    PasskeySignIn,
    TokenRequest,
    TokenView,
)  # fmt: skip

routes = router("/v1/auth", "Signing in")
# RFC 6749, 5.1
_ENCODED = "AAAAAAAAAAAAAAAAAAAAAA"
_CREDENTIAL = {
    "id": _ENCODED, "rawId": _ENCODED, "type": "public-key",
    "response": {"clientDataJSON": _ENCODED, "authenticatorData": _ENCODED, "signature": _ENCODED},
}  # fmt: skip
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
    return _answer(context, await _given(context, request, form))


@routes.post("/passkeys/options", permission=PUBLIC)
async def ask_for_passkey(context: Context) -> ChallengeView:
    """Begin to sign in with a passkey: what the browser's `navigator.credentials.get()` needs."""
    return ChallengeView(public_key=passkeys.ask(context))


@routes.post(
    "/passkeys", permission=PUBLIC, response_model=TokenView, example={"credential": _CREDENTIAL}
)
async def sign_in_with_passkey(
    context: Context, request: Request, body: PasskeySignIn
) -> Response:  # fmt: skip
    """Sign in with a passkey: no address, no password and no code is asked for."""
    credential = body.credential.model_dump(by_alias=True)
    given = await use_cases.give_for_passkey(context, credential, _device(request))
    return _answer(context, given)


@routes.post("/oidc", permission=PUBLIC, response_model=TokenView, example={})
async def sign_in_with_oidc(context: Context, request: Request, body: OidcSignIn) -> Response:
    """Sign in after coming back from the company's provider, with your code if you have one."""
    cookie = request.cookies.get(COOKIE, "")
    passkey = body.passkey.model_dump(by_alias=True) if body.passkey else None
    factor, device = use_cases.Factor(body.otp, passkey), _device(request)
    given = _answer(context, await use_cases.give_for_oidc(context, cookie, factor, device))
    given.delete_cookie(COOKIE, path=PATH)
    return given


def _answer(context: Context, given: use_cases.Given) -> Response:
    view = TokenView(
        access_token=given.access_token, expires_in=context.settings.access_seconds,
        refresh_token=given.refresh_token,
    )  # fmt: skip
    return Response(view.model_dump_json(exclude_none=True), headers=_NOT_KEPT, media_type=JSON)


def _device(request: Request) -> Device:
    return device_of(caller_address(request), request.headers)


async def _given(context: Context, request: Request, form: TokenRequest) -> use_cases.Given:
    device = _device(request)
    match form.grant_type:
        case "password" if form.username and form.password:
            factor = use_cases.Factor(form.otp, _passkey(form))
            given = use_cases.Credentials(form.username, form.password, factor, form.tenant)
            return await use_cases.give_for_password(context, given, device)
        case "refresh_token" if form.refresh_token:
            return await use_cases.give_for_refresh_token(context, form.refresh_token)
        case "client_credentials" if secret := form.client_secret or _basic_secret(request):
            return await use_cases.give_for_api_key(context, secret, device)
        case "" | "password" | "refresh_token" | "client_credentials":
            raise rules.OAuthRefusal()
    raise rules.UnknownGrant()


def _passkey(form: TokenRequest) -> dict[str, Any] | None:
    if not form.passkey:
        return None
    try:
        return Credential.model_validate_json(form.passkey).model_dump(by_alias=True)
    except ValidationError:
        raise rules.InvalidOtp() from None


def _basic_secret(request: Request) -> str:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
