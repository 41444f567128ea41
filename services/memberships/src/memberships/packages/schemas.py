"""Shapes of packages."""

from typing import Annotated, Final
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from chassis.shapes import Bilingual, Name, NameView, Resource, Shape, View
from memberships.calendar.schemas import SpanCreate, SpanView
from memberships.credit_types.schemas import Description
from memberships.packages.rules import MOST_CREDITS, Kind

_LEFT_OUT: Final = Bilingual(en="-")

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{3}$", to_upper=True)]
# With as many decimals as its currency has, which the rules know.
Price = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$")]
# With as many decimals as the credit type has.
Quantity = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$")]


class CreditCreate(Shape):
    """So much of a credit type, for a time from the day it is charged, or for good."""

    credit_type_id: UUID
    amount: Quantity
    expires_after: SpanCreate | None = None


Credits = Annotated[list[CreditCreate], Field(max_length=MOST_CREDITS)]


class PackageCreate(Shape):
    """A right for a period (`membership`, which may give credit too), or credit alone.

    `joining_fee` is paid once, with the first period. Prices are without the tax, unless it is
    inclusive, and without a `currency` in that of the company.
    """

    id: UUID | None = None
    name: Bilingual
    description: Description | None = None
    kind: Kind
    price: Price
    currency: Currency | None = None
    tax_id: UUID | None = None
    joining_fee: Price | None = None
    period: SpanCreate | None = None
    credits: Credits = []
    active: bool = True
    external_id: Name | None = None


class PackageUpdate(Shape):
    """What may change, for what is sold from now on; `credits` are replaced whole."""

    name: Bilingual = _LEFT_OUT
    description: Description | None = None
    price: Price = "0"
    currency: Currency = "SAR"
    tax_id: UUID | None = None
    joining_fee: Price | None = None
    period: SpanCreate | None = None
    credits: Credits = []
    active: bool = True
    external_id: Name | None = None


class PackageFilters(BaseModel):
    """How the list may be narrowed."""

    kind: Annotated[list[Kind] | None, Field(max_length=2)] = None
    active: bool | None = None
    currency: Annotated[list[Currency] | None, Field(max_length=200)] = None
    credit_type_id: Annotated[list[UUID] | None, Field(max_length=200)] = None
    external_id: Annotated[list[Name] | None, Field(max_length=200)] = None
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None
    updated_from: AwareDatetime | None = None
    updated_to: AwareDatetime | None = None


class CreditView(View):
    """So much of a credit type."""

    credit_type_id: UUID
    amount: str
    expires_after: SpanView | None


class PackageView(Resource):
    """A package; an inactive one is not sold any more. What was sold keeps its terms."""

    name: NameView
    description: NameView | None
    kind: Kind
    price: str
    currency: str
    tax_id: UUID | None
    joining_fee: str | None
    period: SpanView | None
    credits: list[CreditView]
    active: bool
    external_id: str | None
