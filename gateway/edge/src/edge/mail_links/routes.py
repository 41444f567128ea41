"""HTTP door of forgotten passwords and of addresses to be checked."""

from starlette.requests import Request

from chassis.http.callers import caller_address
from chassis.http.door import PUBLIC
from chassis.http.router import Context, router
from edge.mail_links import use_cases
from edge.mail_links.schemas import AddressView, EmailCheck, PasswordReset, ResetRequest
from edge.sessions.rules import Device, device_of

routes = router("/v1/auth", "Signing in")


@routes.post(
    "/password-reset", permission=PUBLIC, status=202, example={"email": "sara@example.com"}
)
async def ask_for_reset(context: Context, request: Request, body: ResetRequest) -> AddressView:
    """Ask for a mail by which a forgotten password is replaced; whoever asks hears the same."""
    email = await use_cases.ask_for_reset(context, body.email, _device(request))
    return AddressView(email=email)


@routes.post(
    "/password-reset/confirm", permission=PUBLIC,
    example={"token": "dwm_the-token-of-the-mail", "password": "another long password"},
)  # fmt: skip
async def reset_password(context: Context, request: Request, body: PasswordReset) -> AddressView:
    """Set a new password with the token of the mail; you are signed out everywhere."""
    email = await use_cases.reset_password(context, body.token, body.password, _device(request))
    return AddressView(email=email)


@routes.post(
    "/email-verification", permission=PUBLIC, example={"token": "dwm_the-token-of-the-mail"}
)
async def check_email(context: Context, request: Request, body: EmailCheck) -> AddressView:
    """Prove with the token of the mail that the address is yours."""
    return AddressView(email=await use_cases.check_email(context, body.token, _device(request)))


def _device(request: Request) -> Device:
    return device_of(caller_address(request), request.headers)
