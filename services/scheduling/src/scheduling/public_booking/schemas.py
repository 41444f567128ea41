"""Shapes of what the public books."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from chassis.shapes import Day, Name, NameView, Shape, View
from scheduling.booking_services.rules import CreditAfter
from scheduling.bookings.rules.status import Status
from scheduling.bookings.schemas import Address, Phone, Start
from scheduling.public_booking.rules import MOST_SEATS
from scheduling.slots.schemas import SlotPage

Token = Annotated[str, StringConstraints(min_length=20, max_length=300)]
HeldSeats = Annotated[int, Field(ge=1, le=MOST_SEATS)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000)]


class HoldCreate(Shape):
    """Seats at one of the times that are offered, kept for a few minutes.

    Sent again with the same `id`, or under the same Idempotency-Key, it is the same.
    """

    id: UUID | None = None
    service_id: UUID
    staff_id: UUID | None = None
    starts_at: Start
    seats: HeldSeats = 1


class PublicBookingCreate(Shape):
    """Who comes to what was held."""

    token: Token
    name: Name
    phone: Phone
    email: Address | None = None
    note: Note | None = None


class PublicCancel(Shape):
    """Why nobody comes."""

    reason: Name | None = None


class PublicSlotFilters(BaseModel):
    """Of which service, with whom, from which day until which, for how many."""

    service_id: UUID
    staff_id: Annotated[list[UUID] | None, Field(max_length=20)] = None
    date_from: Day | None = None
    date_to: Day | None = None
    seats: Annotated[int, Field(ge=1, le=1_000)] = 1


class PublicSlotPage(SlotPage):
    """All free times, in order."""


class PublicStaffView(View):
    """Somebody who does it."""

    id: UUID
    name: str


class PublicPolicyView(View):
    """By which terms it is booked: how long before at least and at most, until how long before it
    is cancelled at no cost, whether it is promised at once, and how long seats are held. What
    becomes of credit after that.
    """

    notice_minutes: int
    horizon_days: int
    cancel_notice_minutes: int
    auto_confirm: bool
    hold_minutes: int
    late_cancellation: CreditAfter
    no_show: CreditAfter


class PublicServiceView(View):
    """What can be booked; `price` and `deposit` are of one seat."""

    id: UUID
    name: NameView
    description: NameView | None
    duration_minutes: int
    price: str | None
    deposit: str | None
    currency: str
    capacity: int
    policy: PublicPolicyView
    staff: list[PublicStaffView]


class PublicCompanyView(BaseModel):
    """A company, and what can be booked there; days are those of its time zone."""

    name: str
    timezone: str
    today: date
    services: list[PublicServiceView]


class PublicBookingView(BaseModel):
    """What was booked, as who booked it sees it; its `token` is kept by nobody else.

    `price` and `deposit` are of one seat. Until `free_until` it is cancelled at no cost.
    """

    token: str
    status: Status
    service_id: UUID
    service: NameView
    staff_id: UUID
    starts_at: datetime
    ends_at: datetime
    seats: int
    price: str | None
    deposit: str | None
    currency: str
    held_until: datetime | None
    free_until: datetime


class LinkView(BaseModel):
    """Where a client sees a booking, confirms or cancels it."""

    token: str
    path: str
