"""HTTP door of bookings."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Query

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from chassis.work import UnitOfWork
from scheduling.bookings.repository.rows import LIST, BookingRepository
from scheduling.bookings.schemas import (
    BookingCancel,
    BookingCreate,
    BookingFilters,
    BookingMove,
    BookingRequest,
    BookingUpdate,
    BookingView,
)
from scheduling.bookings.use_cases import booking, changing
from scheduling.bookings.use_cases.changing import Move

routes = router("/v1/bookings", "Bookings")

READ, WRITE = "scheduling:read", "scheduling:write"
_ID: Final = "01890a5d-ac96-774b-bcce-b302099a8057"


@routes.get("", permission=READ, response_model=Page[BookingView])
async def list_bookings(
    work: Work, pages: Pages, query: Annotated[BookingFilters, Query()]
) -> Json:
    """List the bookings of the clients you see."""
    values = await BookingRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.given(), **values))


@routes.post(
    "", permission=WRITE, status=201, response_model=BookingView,
    example={"client_id": _ID, "service_id": "01890a5d-ac96-774b-bcce-b302099a8081",
             "starts_at": "2026-12-07T09:00:00Z", "note": "الزيارة الأولى", "any_time": True},
)  # fmt: skip
async def create_booking(work: Work, context: Context, body: BookingCreate) -> Json:
    """Book seats for a client, who may be new, or hold them."""
    values = body.model_dump()
    values["waits"] = values.pop("wait")
    made = await booking.create_booking(work, context, values, body.digest())
    return Json(*await BookingRepository(work).shown(made.id), location=made.id)


@routes.get("/{booking_id}", permission=READ, response_model=BookingView)
async def get_booking(work: Work, booking_id: UUID) -> Json:
    """Read a booking."""
    return Json(*await BookingRepository(work).read(booking_id))


@routes.patch(
    "/{booking_id}", permission=WRITE, response_model=BookingView, example={"note": "بعد الفحص"}
)
async def update_booking(work: Work, booking_id: UUID, body: BookingUpdate) -> Json:
    """Change what is noted about a booking."""
    await changing.update_booking(work, booking_id, body.model_dump(exclude_unset=True))
    return await _shown(work, booking_id)


@routes.post(
    "/{booking_id}/request", permission=WRITE, response_model=BookingView,
    example={"client_id": _ID, "note": "الزيارة الأولى"},
)  # fmt: skip
async def request_booking(
    work: Work, context: Context, booking_id: UUID, body: BookingRequest | None = None
) -> Json:
    """Say for whom seats were held."""
    given = (body or BookingRequest()).model_dump()
    await booking.request_booking(work, context, booking_id, given)
    return await _shown(work, booking_id)


@routes.post("/{booking_id}/confirm", permission=WRITE, response_model=BookingView)
async def confirm_booking(work: Work, booking_id: UUID) -> Json:
    """Promise the seats."""
    await changing.confirm_booking(work, booking_id)
    return await _shown(work, booking_id)


@routes.post("/{booking_id}/attend", permission=WRITE, response_model=BookingView)
async def attend_booking(work: Work, booking_id: UUID) -> Json:
    """The client came; credit that was reserved is consumed."""
    await changing.attend_booking(work, booking_id)
    return await _shown(work, booking_id)


@routes.post("/{booking_id}/no-show", permission=WRITE, response_model=BookingView)
async def miss_booking(work: Work, booking_id: UUID) -> Json:
    """The client did not come."""
    await changing.miss_booking(work, booking_id)
    return await _shown(work, booking_id)


@routes.post(
    "/{booking_id}/cancel", permission=WRITE, response_model=BookingView,
    example={"reason": "طلب العميل"},
)  # fmt: skip
async def cancel_booking(
    work: Work, booking_id: UUID, body: BookingCancel | None = None
) -> Json:  # fmt: skip
    """Give the seats up; who waits for them moves up."""
    given = body or BookingCancel()
    await changing.cancel_booking(work, booking_id, given.reason, waive=given.waive)
    return await _shown(work, booking_id)


@routes.post(
    "/{booking_id}/reschedule", permission=WRITE, response_model=BookingView,
    example={"starts_at": "2026-12-08T10:00:00Z", "any_staff": True, "any_time": True},
)  # fmt: skip
async def reschedule_booking(work: Work, booking_id: UUID, body: BookingMove) -> Json:
    """Have it at another time, or with somebody else."""
    await changing.reschedule_booking(work, booking_id, Move(**body.model_dump()))
    return await _shown(work, booking_id)


@routes.post("/{booking_id}/invoice", permission=WRITE, response_model=BookingView)
async def invoice_booking(work: Work, booking_id: UUID) -> Json:
    """Have a draft made of what was booked, once; needs `billing:write` too."""
    await changing.invoice_booking(work, booking_id)
    return await _shown(work, booking_id)


async def _shown(work: UnitOfWork, booking_id: UUID) -> Json:
    return Json(*await BookingRepository(work).shown(booking_id))
