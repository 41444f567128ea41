"""Shapes of memberships, their periods and their freezes."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from chassis.shapes import Day, Name, NameView, Resource, Shape, Text, View
from memberships.bills.schemas import DiscountCreate, DiscountView, ProblemView
from memberships.calendar.schemas import SpanView
from memberships.memberships.rules.freezes import Kind
from memberships.memberships.rules.status import Status
from memberships.packages.schemas import CreditView

Reason = Annotated[Text, StringConstraints(min_length=1, max_length=1_000)]
Note = Annotated[Text, StringConstraints(min_length=1, max_length=5_000)]
Amount = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$")]
Ids = Annotated[list[UUID] | None, Field(max_length=200)]
# A body's `from` is no name in Python.
_COLUMNS: Final = {"from_": "from_day", "to": "to_day", "extend": "extends"}


class MembershipUpdate(Shape):
    """What may change; `discount` from the next period on."""

    auto_renew: bool = False
    discount: DiscountCreate | None = None
    note: Note | None = None
    external_id: Name | None = None


class FreezeCreate(Shape):
    """Days on which it rests, the last one too; `extend` adds them to what is paid."""

    id: UUID | None = None
    from_: Annotated[Day, Field(alias="from")]
    to: Day
    extend: bool = False
    reason: Reason | None = None

    def values(self) -> dict[str, Any]:
        """By the names of the columns."""
        return _named(self.model_dump())


class FreezeUpdate(Shape):
    """What may change: an earlier `to` ends it earlier."""

    from_: Annotated[Day, Field(alias="from")] = date.min
    to: Day = date.min
    extend: bool = False
    reason: Reason | None = None

    def changes(self) -> dict[str, Any]:
        """What it names, by the names of the columns."""
        return _named(self.model_dump(exclude_unset=True))


class SuspendBody(Shape):
    """Why; it begins today, and ends when somebody resumes it."""

    reason: Reason | None = None


class CancelBody(Shape):
    """When it is over: today, or with what is paid."""

    at: Literal["now", "period_end"] = "period_end"
    reason: Reason | None = None


class MembershipFilters(BaseModel):
    """How the list may be narrowed; `status` is that of today."""

    client_id: Ids = None
    package_id: Ids = None
    status: Annotated[list[Status] | None, Field(max_length=8)] = None
    auto_renew: bool | None = None
    external_id: Annotated[list[Name] | None, Field(max_length=200)] = None
    renewal_date_from: date | None = None
    renewal_date_to: date | None = None
    start_date_from: date | None = None
    start_date_to: date | None = None
    cancelled_on_from: date | None = None
    cancelled_on_to: date | None = None
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None
    updated_from: AwareDatetime | None = None
    updated_to: AwareDatetime | None = None


class TermsView(View):
    """What was sold, as it was then, whatever became of the package since."""

    package_id: UUID
    version: int
    kind: str
    name: NameView
    currency: str
    price: str
    joining_fee: str | None
    tax_id: UUID | None
    period: SpanView
    credits: list[CreditView]


class NewestPeriodView(View):
    """The period that was asked for last."""

    id: UUID
    number: int
    state: Literal["pending", "invoiced", "refused", "withdrawn"]
    invoice_id: UUID | None
    problem: ProblemView | None
    granted_at: datetime | None
    starts_on: date | None
    ends_on: date | None


class NextFreezeView(View):
    """The freeze or suspension of today, or the next one."""

    id: UUID
    kind: Kind
    from_: Annotated[date, Field(alias="from")]
    to: date | None
    extend: bool


class MembershipView(Resource):
    """A client's right for a time.

    `status` is that of today; `renewal_date` the first day that is not paid, null while nothing
    is, or an open suspension runs. `package` are the terms it is renewed by. `cancelled_on` is the
    first day it is no more, be it to come; one that `ends_with_period` ends on its renewal date,
    wherever that moves. `invoice_id` is the invoice of the newest period.
    """

    client_id: UUID
    url: str
    package_id: UUID
    package: TermsView
    next_package_id: UUID | None
    status: Status
    start_date: date
    renewal_date: date | None
    auto_renew: bool
    discount: DiscountView | None
    note: str | None
    ends_with_period: bool
    cancelled_on: date | None
    cancel_reason: str | None
    invoice_id: UUID | None
    period: NewestPeriodView | None
    freeze: NextFreezeView | None
    external_id: str | None
    created_by: str


class PeriodView(Resource):
    """A period that was asked for on `asked_on`. Once paid (`granted_at`) it covers the days from
    `starts_on` until before `ends_on`, without those that are frozen.
    """

    membership_id: UUID
    client_id: UUID
    url: str
    number: int
    package: TermsView
    asked_on: date
    changes_on: date | None
    state: Literal["pending", "invoiced", "refused", "withdrawn"]
    invoice_id: UUID | None
    problem: ProblemView | None
    granted_at: datetime | None
    starts_on: date | None
    ends_on: date | None


class FreezeView(Resource):
    """Days on which a membership rests, the last one too; `to` of an open suspension is null."""

    membership_id: UUID
    client_id: UUID
    url: str
    kind: Kind
    from_: Annotated[date, Field(alias="from")]
    to: date | None
    extend: bool
    reason: str | None
    created_by: str


def _named(values: dict[str, Any]) -> dict[str, Any]:
    return {_COLUMNS.get(name, name): value for name, value in values.items()}
