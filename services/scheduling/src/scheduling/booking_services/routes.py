"""HTTP door of what can be booked."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from scheduling.booking_services import use_cases
from scheduling.booking_services.repository import LIST, ServiceRepository
from scheduling.booking_services.schemas import (
    ServiceCreate,
    ServiceFilters,
    ServiceUpdate,
    ServiceView,
)

routes = router("/v1/booking-services", "Bookings")

READ, MANAGE = "scheduling:read", "scheduling:manage"
_COLUMNS: Final = {"public": "is_public", "active": "is_active"}


@routes.get("", permission=READ, response_model=Page[ServiceView])
async def list_booking_services(
    work: Work, pages: Pages, query: Annotated[ServiceFilters, Query()]
) -> Json:
    """List what can be booked."""
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True)))


@routes.post(
    "", permission=MANAGE, status=201, response_model=ServiceView,
    example={"name": {"ar": "جلسة علاج طبيعي", "en": "Physiotherapy"}, "duration_minutes": 45,
             "buffer_after": 15, "price": "250.00", "currency": "SAR", "capacity": 1,
             "policy": {"cancel_notice_minutes": 720}, "public": True},
)  # fmt: skip
async def create_booking_service(work: Work, context: Context, body: ServiceCreate) -> Json:
    """Let something be booked."""
    made = await use_cases.create_service(work, context, _columns(body, body.model_dump()))
    return Json(*await ServiceRepository(work).shown(made.id), location=made.id)


@routes.get("/{booking_service_id}", permission=READ, response_model=ServiceView)
async def get_booking_service(work: Work, booking_service_id: UUID) -> Json:
    """Read what can be booked."""
    return Json(*await ServiceRepository(work).shown(booking_service_id))


@routes.patch(
    "/{booking_service_id}", permission=MANAGE, response_model=ServiceView,
    example={"price": "300.00"},
)  # fmt: skip
async def update_booking_service(
    work: Work, context: Context, booking_service_id: UUID, body: ServiceUpdate
) -> Json:
    """Change what can be booked, or put it away."""
    changes = _columns(body, body.model_dump(exclude_unset=True))
    await use_cases.update_service(work, context, booking_service_id, changes)
    return Json(*await ServiceRepository(work).shown(booking_service_id))


@routes.delete("/{booking_service_id}", permission=MANAGE)
async def delete_booking_service(work: Work, booking_service_id: UUID) -> None:
    """Remove what was never booked."""
    await use_cases.delete_service(work, booking_service_id)


def _columns(body: ServiceCreate | ServiceUpdate, given: dict[str, Any]) -> dict[str, Any]:
    for name in ("name", "description"):
        if given.get(name) is not None:
            given[name] = getattr(body, name).stored()
    return {_COLUMNS.get(name, name): value for name, value in given.items()}
