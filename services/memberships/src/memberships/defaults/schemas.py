"""Shapes of how a company keeps its memberships."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from chassis import money
from chassis.shapes import Shape
from memberships.defaults.rules import Attendance, Invoicing, written


def _currency(code: str) -> str:
    try:
        money.digits(code)
    except ValueError:
        raise ValueError("This is not a currency code of ISO 4217, like SAR.") from None
    return code


def _shortest(text: str) -> str:
    return written(Decimal(text))


def _above_zero(text: str) -> str:
    if not Decimal(text):
        raise ValueError("A point is worth more than nothing.")
    return text


Currency = Annotated[str, StringConstraints(to_upper=True), AfterValidator(_currency)]
Days = Annotated[int, Field(ge=0, le=365, strict=True)]
Minutes = Annotated[int, Field(ge=0, le=1_440, strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Points = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$"), AfterValidator(_shortest)
]
PointValue = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,6})?$"), AfterValidator(_above_zero),
    AfterValidator(_shortest),
]  # fmt: skip


class LoyaltyUpdate(Shape):
    """How points are kept: counted in `credit_type_id`, each worth `point_value` of `currency`
    (the company's, unless it says otherwise), redeemed from `minimum_points` on; with `decimals`
    also parts of a point are earned, as far as the credit type counts them.
    """

    credit_type_id: UUID | None = None
    point_value: PointValue | None = None
    currency: Currency | None = None
    minimum_points: Points = "0"
    decimals: Flag = False


class MembershipSettingsUpdate(Shape):
    """How memberships are kept. Who renews within `tolerance_days` of the end goes on from there.

    `invoices` come as drafts, or issued, `renew_days_before` a period ends; that it does is told
    `expiring_days` before, not at all with 0. `attendance` is who may
    check in; with `attendance_tolerance` the days of tolerance count as active. A second check-in
    within `check_in_minutes` is refused; each takes one of `check_in_credit_type_id`, if it is set.
    """

    tolerance_days: Days = 7
    invoices: Invoicing = Invoicing.ISSUED
    renew_days_before: Days = 0
    expiring_days: Days = 7
    attendance: Attendance = Attendance.ACTIVE
    attendance_tolerance: Flag = False
    check_in_minutes: Minutes = 5
    check_in_credit_type_id: UUID | None = None
    loyalty: LoyaltyUpdate = LoyaltyUpdate()


class LoyaltyView(BaseModel):
    """How points are kept; without a credit type nobody earns any."""

    credit_type_id: UUID | None
    point_value: str | None
    currency: str | None
    minimum_points: str
    decimals: bool


class MembershipSettingsView(BaseModel):
    """How memberships are kept; `version` is 0 until something was said."""

    version: int
    updated_at: datetime | None
    tolerance_days: int
    invoices: Invoicing
    renew_days_before: int
    expiring_days: int
    attendance: Attendance
    attendance_tolerance: bool
    check_in_minutes: int
    check_in_credit_type_id: UUID | None
    loyalty: LoyaltyView
