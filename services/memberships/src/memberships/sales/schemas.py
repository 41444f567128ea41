"""Shapes of what is sold, renewed and changed."""

from datetime import date
from hashlib import sha256
from typing import Literal
from uuid import UUID

from chassis.shapes import Day, Name, Shape, Text, View
from memberships.bills.schemas import DiscountCreate
from memberships.memberships import schemas

MembershipView = schemas.MembershipView


class MembershipCreate(Shape):
    """A membership of a client: from today on, unless it says otherwise, at the terms of now.

    `discount` is taken off the price of each period, not off the joining fee.
    """

    id: UUID | None = None
    client_id: UUID
    package_id: UUID
    start_date: Day | None = None
    auto_renew: bool = False
    discount: DiscountCreate | None = None
    note: Text | None = None
    external_id: Name | None = None

    def digest(self) -> bytes:
        """What the request is known by when it comes again."""
        return sha256(self.model_dump_json().encode()).digest()


class MembershipChange(Shape):
    """Another package, or the present terms of the same one."""

    package_id: UUID
    at: Literal["now", "period_end"] = "now"


class ChangePreview(View):
    """What changing it comes to, in prices as packages have them.

    With `at` now, `credit` is what the `days_left` of the `days` that were paid are worth. It is
    taken off the `price` of the new period, which begins on `changes_on`: the `difference` is
    invoiced (`subtotal`, `tax_total` and `total` as billing works them out), or credited. At the
    period's end, the next one costs the `price`, and nothing is paid now.
    """

    kind: Literal["invoice", "credit_note", "none"]
    changes_on: date | None
    days: int | None
    days_left: int | None
    currency: str
    credit: str
    price: str
    difference: str
    subtotal: str | None
    tax_total: str | None
    total: str | None
