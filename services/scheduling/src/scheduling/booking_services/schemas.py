"""Shapes of what can be booked."""

from decimal import Decimal
from typing import Annotated, Final
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from chassis.shapes import Bilingual, Instant, Name, NameView, Resource, Shape, View
from scheduling.booking_services.rules import (
    MOST_CAPACITY,
    MOST_RESOURCES,
    MOST_STAFF,
    POLICY,
    CreditAfter,
)

_LEFT_OUT: Final = Bilingual(en="-")


def _above_nothing(text: str) -> str:
    if not Decimal(text):
        raise ValueError("A seat takes more credit than nothing.")
    return text


Currency = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{3}$", to_upper=True)]
# With as many decimals as its currency has, which the rules know.
Price = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$")]
# With as many decimals as memberships' credit type has.
Quantity = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$"), AfterValidator(_above_nothing)
]
Minutes = Annotated[int, Field(ge=5, le=1_440, strict=True)]
Buffer = Annotated[int, Field(ge=0, le=240, strict=True)]
Step = Annotated[int | None, Field(ge=5, le=1_440, multiple_of=5, strict=True)]
Capacity = Annotated[int, Field(ge=1, le=MOST_CAPACITY, strict=True)]
Flag = Annotated[bool, Field(strict=True)]
StaffIds = Annotated[list[UUID], Field(max_length=MOST_STAFF)]
ResourceIds = Annotated[list[UUID], Field(max_length=MOST_RESOURCES)]


class PolicyGiven(Shape):
    """By which terms it is booked.

    It is booked at least `notice_minutes` and at most `horizon_days` ahead, by the public, who
    hold a seat for `hold_minutes`, and whose requests are confirmed at once with `auto_confirm`.
    Cancelled less than `cancel_notice_minutes` before, or not come to, its credit is consumed or
    released. With a `waiting_list` whoever finds it full may wait for a seat.
    """

    notice_minutes: Annotated[int, Field(ge=0, le=129_600, strict=True)] = POLICY["notice_minutes"]
    horizon_days: Annotated[int, Field(ge=1, le=730, strict=True)] = POLICY["horizon_days"]
    cancel_notice_minutes: Annotated[int, Field(ge=0, le=129_600, strict=True)] = POLICY[
        "cancel_notice_minutes"
    ]
    auto_confirm: Flag = POLICY["auto_confirm"]
    hold_minutes: Annotated[int, Field(ge=1, le=120, strict=True)] = POLICY["hold_minutes"]
    waiting_list: Flag = POLICY["waiting_list"]
    late_cancellation: CreditAfter = POLICY["late_cancellation"]
    no_show: CreditAfter = POLICY["no_show"]


class ServiceCreate(Shape):
    """What can be booked: with each of `staff_ids`, and all of `resource_ids` each time.

    `capacity` is how many seats one session has. Prices are without the tax, unless it is
    inclusive, and without a `currency` in that of the company. With a `credit_type_id` a seat
    takes `credit_amount` of that credit. The public sees it if it is `public`.
    """

    id: UUID | None = None
    name: Bilingual
    description: Bilingual | None = None
    duration_minutes: Minutes
    buffer_before: Buffer = 0
    buffer_after: Buffer = 0
    slot_minutes: Step = None
    price: Price | None = None
    currency: Currency | None = None
    tax_id: UUID | None = None
    deposit: Price | None = None
    staff_ids: StaffIds = []
    resource_ids: ResourceIds = []
    capacity: Capacity = 1
    credit_type_id: UUID | None = None
    credit_amount: Quantity = "1"
    policy: PolicyGiven = PolicyGiven()
    public: bool = False
    active: bool = True
    external_id: Name | None = None


class ServiceUpdate(Shape):
    """What may change, for what is booked from now on; of `policy` what is named."""

    name: Bilingual = _LEFT_OUT
    description: Bilingual | None = None
    duration_minutes: Minutes = 60
    buffer_before: Buffer = 0
    buffer_after: Buffer = 0
    slot_minutes: Step = None
    price: Price | None = None
    currency: Currency = "SAR"
    tax_id: UUID | None = None
    deposit: Price | None = None
    staff_ids: StaffIds = []
    resource_ids: ResourceIds = []
    capacity: Capacity = 1
    credit_type_id: UUID | None = None
    credit_amount: Quantity = "1"
    policy: PolicyGiven = PolicyGiven()
    public: bool = False
    active: bool = True
    external_id: Name | None = None


class ServiceFilters(BaseModel):
    """How the list may be narrowed."""

    active: bool | None = None
    public: bool | None = None
    staff_id: Annotated[list[UUID] | None, Field(max_length=200)] = None
    resource_id: Annotated[list[UUID] | None, Field(max_length=200)] = None
    credit_type_id: Annotated[list[UUID] | None, Field(max_length=200)] = None
    external_id: Annotated[list[Name] | None, Field(max_length=200)] = None
    updated_from: Instant | None = None
    updated_to: Instant | None = None


class PolicyView(View):
    """By which terms it is booked."""

    notice_minutes: int
    horizon_days: int
    cancel_notice_minutes: int
    auto_confirm: bool
    hold_minutes: int
    waiting_list: bool
    late_cancellation: CreditAfter
    no_show: CreditAfter


class ServiceView(Resource):
    """What can be booked; an inactive one is not booked any more, and stays where it was."""

    name: NameView
    description: NameView | None
    duration_minutes: int
    buffer_before: int
    buffer_after: int
    slot_minutes: int | None
    price: str | None
    currency: str
    tax_id: UUID | None
    deposit: str | None
    staff_ids: list[UUID]
    resource_ids: list[UUID]
    capacity: int
    credit_type_id: UUID | None
    credit_amount: str
    policy: PolicyView
    public: bool
    active: bool
    external_id: str | None
