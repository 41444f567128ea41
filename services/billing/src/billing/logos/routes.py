"""HTTP door of logos."""

from typing import Annotated, Final

from starlette.requests import Request
from starlette.responses import Response

from billing.logos import use_cases
from billing.logos.rules import MEDIA_TYPE
from billing.logos.schemas import LogoFields, LogoView
from chassis.http.content import send_content
from chassis.http.router import Context, Sent, Work, router
from chassis.http.uploads import Upload

routes = router("/v1/settings/billing/logo", "Company")

_DOT: Final = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9Qz0AEYBxV"
    "SF+FABJADveWkH6oAAAAAElFTkSuQmCC"
)


@routes.get("", permission="billing:read", response_model=None, head=True, files=(MEDIA_TYPE,))
async def get_logo(work: Work, context: Context, request: Request) -> Response:
    """The logo that is printed on papers."""
    return await send_content(request, await use_cases.logo_of(work, context))


@routes.put("", permission="billing:manage", upload=LogoFields, example={"file": _DOT})
async def set_logo(
    work: Work, context: Context, sent: Annotated[Upload[LogoFields], Sent]
) -> LogoView:
    """Have a logo printed on papers: a PNG or JPEG, made anew."""
    return LogoView.model_validate(await use_cases.set_logo(work, context, sent))


@routes.delete("", permission="billing:manage")
async def remove_logo(work: Work) -> None:
    """Have no logo printed any more."""
    await use_cases.remove_logo(work)
