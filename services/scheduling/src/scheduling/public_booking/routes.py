"""HTTP door of what the public books: no account is needed."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response

from chassis.http.callers import caller_address
from chassis.http.door import PUBLIC
from chassis.http.router import JSON, Context, Work, router
from scheduling.public_booking import use_cases
from scheduling.public_booking.schemas import (
    HoldCreate,
    LinkView,
    PublicBookingCreate,
    PublicBookingView,
    PublicCancel,
    PublicCompanyView,
    PublicSlotFilters,
    PublicSlotPage,
)
from scheduling.public_booking.use_cases import Visit
from scheduling.slots.use_cases import Asked

routes = router("/v1/public/booking/{tenant}", "Public booking")
of_bookings = router("/v1/bookings", "Bookings")

Token = Annotated[str, Path(max_length=300)]
_ID: Final = "01890a5d-ac96-774b-bcce-b302099a8057"


@routes.get("", permission=PUBLIC)
async def get_public_company(context: Context, request: Request, tenant: UUID) -> PublicCompanyView:
    """See what can be booked at a company."""
    found = await use_cases.company(context, _visit(request, tenant))
    return PublicCompanyView.model_validate(found)


@routes.get("/slots", permission=PUBLIC, response_model=PublicSlotPage)
async def list_public_slots(
    context: Context, request: Request, tenant: UUID, query: Annotated[PublicSlotFilters, Query()]
) -> bytes:
    """List when it can be booked, and with whom."""
    asked = Asked(
        query.service_id, query.staff_id, query.date_from, query.date_to, query.seats, True
    )
    return await use_cases.slots(context, _visit(request, tenant), asked)


@routes.post(
    "/holds", permission=PUBLIC, status=201, response_model=PublicBookingView,
    example={"service_id": _ID, "starts_at": "2026-12-07T09:00:00Z"},
)  # fmt: skip
async def hold_public_slot(
    context: Context, request: Request, tenant: UUID, body: HoldCreate
) -> Response:
    """Keep seats for a few minutes, until it is said who comes."""
    visit, key = _visit(request, tenant), request.headers.get("idempotency-key")
    return _made(*await use_cases.hold(context, visit, body.model_dump(), key))


@routes.post(
    "/bookings", permission=PUBLIC, status=201, response_model=PublicBookingView,
    example={"token": "the-token-of-what-was-held", "name": "سارة القحطاني",
             "phone": "0501234567"},
)  # fmt: skip
async def create_public_booking(
    context: Context, request: Request, tenant: UUID, body: PublicBookingCreate
) -> Response:
    """Say who comes to what was held; again: what was said stays."""
    return _made(*await use_cases.book(context, _visit(request, tenant), body.model_dump()))


@routes.get("/bookings/{booking_token}", permission=PUBLIC, guessed=True)
async def get_public_booking(
    context: Context, request: Request, tenant: UUID, booking_token: Token
) -> PublicBookingView:
    """See what was booked."""
    found = await use_cases.get(context, _visit(request, tenant), booking_token)
    return PublicBookingView.model_validate(found)


@routes.post("/bookings/{booking_token}/confirm", permission=PUBLIC, guessed=True)
async def confirm_public_booking(
    context: Context, request: Request, tenant: UUID, booking_token: Token
) -> PublicBookingView:
    """Say that one comes."""
    found = await use_cases.confirm(context, _visit(request, tenant), booking_token)
    return PublicBookingView.model_validate(found)


@routes.post(
    "/bookings/{booking_token}/cancel", permission=PUBLIC, guessed=True,
    example={"reason": "ظرف طارئ"},
)  # fmt: skip
async def cancel_public_booking(
    context: Context, request: Request, tenant: UUID, booking_token: Token,
    body: PublicCancel | None = None,
) -> PublicBookingView:  # fmt: skip
    """Say that one does not come."""
    reason = body.reason if body else None
    found = await use_cases.cancel(context, _visit(request, tenant), booking_token, reason)
    return PublicBookingView.model_validate(found)


@of_bookings.post("/{booking_id}/link", permission="scheduling:write", secrets=("token", "path"))
async def link_booking(work: Work, booking_id: UUID) -> LinkView:
    """Make the link by which a client sees, confirms or cancels a booking, until 90 days after."""
    return LinkView.model_validate(await use_cases.link(work, booking_id))


def _made(shown: dict[str, Any], is_known: bool) -> Response:
    body = PublicBookingView.model_validate(shown).model_dump_json()
    return Response(body, 200 if is_known else 201, media_type=JSON)


def _visit(request: Request, tenant: UUID) -> Visit:
    return Visit(tenant, caller_address(request))
