"""Shapes of package orders."""

from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from chassis.shapes import Name, NameView, Resource, Shape, Text
from memberships.bills.schemas import DiscountCreate, DiscountView, ProblemView
from memberships.package_orders.rules import Status
from memberships.packages.schemas import CreditView

Ids = Annotated[list[UUID] | None, Field(max_length=200)]


class PackageOrderCreate(Shape):
    """A package of credit for a client, at its price of now less a discount."""

    id: UUID | None = None
    client_id: UUID
    package_id: UUID
    discount: DiscountCreate | None = None
    note: Text | None = None
    external_id: Name | None = None

    def digest(self) -> bytes:
        """What the request is known by when it comes again."""
        return sha256(self.model_dump_json().encode()).digest()


class PackageOrderFilters(BaseModel):
    """How the list may be narrowed."""

    client_id: Ids = None
    package_id: Ids = None
    invoice_id: Ids = None
    status: Annotated[list[Status] | None, Field(max_length=6)] = None
    external_id: Annotated[list[Name] | None, Field(max_length=200)] = None
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None
    updated_from: AwareDatetime | None = None
    updated_to: AwareDatetime | None = None

    def given(self) -> dict[str, Any]:
        """The filters asked for, by name."""
        return self.model_dump(exclude_none=True)


class PackageOrderView(Resource):
    """Credit that was ordered. It is `pending` until billing has answered: then it has an
    `invoice_id`, or `failed` with a `problem`. Its credit is charged once the invoice is paid, and
    what is unused of it is taken back where the invoice is reopened, credited or voided; a
    `reversed` order was paid once.
    """

    client_id: UUID
    url: str
    package_id: UUID
    package: NameView
    price: str
    currency: str
    credits: list[CreditView]
    discount: DiscountView | None
    note: str | None
    status: Status
    invoice_id: UUID | None
    problem: ProblemView | None
    paid_at: datetime | None
    external_id: str | None
    created_by: str
