"""Shapes of taxes."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from billing.taxes.rules import Category, ExemptionCode
from chassis.shapes import Bilingual, Day, NameView, Resource, Shape, Text

_LEFT_OUT: Final = Bilingual(en="-")
# A percentage has at most two decimal digits (ZATCA, BR-KSA-DEC-02).
Rate = Annotated[str, StringConstraints(pattern=r"^(0(\.[0-9]{1,4})?|1(\.0{1,4})?)$")]
Reason = Annotated[Text, StringConstraints(min_length=1, max_length=500)]


class TaxCreate(Shape):
    """A tax: a share of the price, from 0 to 1. S is a standard or reduced rate, Z zero-rated, E
    exempt, O out of scope.

    `exemption_code` is why, as the Saudi authority lists it (BT-121): e-invoices have to name it.
    An inclusive tax is part of the prices it is on. It holds from `valid_from` until the day before
    `valid_to`, and always where they are left out.
    """

    id: UUID | None = None
    name: Bilingual
    rate: Rate
    category: Category
    exemption_reason: Reason | None = None
    exemption_code: ExemptionCode | None = None
    inclusive: bool = False
    valid_from: Day | None = None
    valid_to: Day | None = None
    active: bool = True


class TaxUpdate(Shape):
    """What may change; issued documents keep what they were issued with."""

    name: Bilingual = _LEFT_OUT
    rate: Rate = "0"
    category: Category = "S"
    exemption_reason: Reason | None = None
    exemption_code: ExemptionCode | None = None
    inclusive: bool = False
    valid_from: Day | None = None
    valid_to: Day | None = None
    active: bool = True


class TaxFilters(BaseModel):
    """How the list may be narrowed."""

    category: Annotated[list[Category] | None, Field(max_length=4)] = None
    active: bool | None = None
    valid_on: Day | None = None


class TaxView(Resource):
    """A tax; an inactive one is not chosen any more, and stays where it was."""

    name: NameView
    rate: str
    category: Category
    exemption_reason: str | None
    exemption_code: str | None
    inclusive: bool
    valid_from: date | None
    valid_to: date | None
    active: bool
