"""Shapes of bookings."""

from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from chassis.shapes import Instant, Name, NameView, Resource, Shape, Text, View
from scheduling.booking_services.schemas import PolicyView
from scheduling.bookings.rules.credit import CreditStatus
from scheduling.bookings.rules.status import Status

Ids = Annotated[list[UUID] | None, Field(max_length=200)]
Names = Annotated[list[Name] | None, Field(max_length=200)]
Source = Literal["staff", "public"]
Seats = Annotated[int, Field(ge=1, le=1_000, strict=True)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=40)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=254)]


def _whole_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


Start = Annotated[Instant, AfterValidator(_whole_minute)]


class ClientGiven(Shape):
    """Somebody new, unless one client is known by this phone."""

    name: Name
    phone: Phone
    email: Address | None = None


class BookingCreate(Shape):
    """Seats of a service at some time, with `staff_id` or whoever of its staff has them.

    `held` keeps them for as long as the service's policy says, for nobody yet. With `wait` whoever
    finds all seats taken waits for them; with `any_time` it may be outside the hours.
    """

    id: UUID | None = None
    client_id: UUID | None = None
    client: ClientGiven | None = None
    service_id: UUID
    staff_id: UUID | None = None
    starts_at: Start
    seats: Seats = 1
    status: Literal["held", "requested", "confirmed"] = "confirmed"
    wait: bool = False
    any_time: bool = False
    note: Text | None = None
    external_id: Name | None = None

    def digest(self) -> bytes:
        """What the request is known by when it comes again."""
        return sha256(self.model_dump_json().encode()).digest()


class BookingUpdate(Shape):
    """What may change of itself; all else has an action."""

    note: Text | None = None


class BookingRequest(Shape):
    """For whom a seat was held."""

    client_id: UUID | None = None
    client: ClientGiven | None = None
    note: Text | None = None


class BookingCancel(Shape):
    """Why seats are given up; with `waive` that costs nothing, however late it is."""

    reason: Name | None = None
    waive: bool = False


class BookingMove(Shape):
    """When it is instead: with the same, with `staff_id`, or with `any_staff`."""

    starts_at: Start
    staff_id: UUID | None = None
    any_staff: bool = False
    any_time: bool = False


class BookingFilters(BaseModel):
    """How the list may be narrowed."""

    client_id: Ids = None
    service_id: Ids = None
    session_id: Ids = None
    staff_id: Ids = None
    invoice_id: Ids = None
    status: Annotated[list[Status] | None, Field(max_length=7)] = None
    source: Annotated[list[Source] | None, Field(max_length=2)] = None
    external_id: Names = None
    starts_from: Instant | None = None
    starts_to: Instant | None = None
    updated_from: Instant | None = None
    updated_to: Instant | None = None

    def given(self) -> dict[str, Any]:
        """The filters asked for, by name."""
        return self.model_dump(exclude_none=True)


class CreditView(View):
    """The credit that it takes, and how that stands: reserved by memberships while it is promised,
    consumed once the client came, released if it is cancelled in time.
    """

    credit_type_id: UUID
    amount: str
    status: CreditStatus
    credit_hold_id: UUID | None


class ProblemView(View):
    """Why billing or memberships has refused something."""

    code: str
    field: str | None
    detail: str


class BookingView(Resource):
    """Seats in a session of a service, by the terms of when they were booked; `price` and
    `deposit` are of one seat. It `is_invoicing` until billing has answered: then it has an
    `invoice_id`, or a `problem`.
    """

    client_id: UUID | None
    url: str | None
    service_id: UUID
    service: NameView
    session_id: UUID
    staff_id: UUID
    starts_at: datetime
    ends_at: datetime
    seats: int
    status: Status
    held_until: datetime | None
    price: str | None
    deposit: str | None
    currency: str
    policy: PolicyView
    credit: CreditView | None
    is_invoicing: bool
    invoice_id: UUID | None
    problem: ProblemView | None
    source: Source
    note: str | None
    reason: str | None
    is_late: bool
    confirmed_at: datetime | None
    closed_at: datetime | None
    external_id: str | None
    created_by: str
