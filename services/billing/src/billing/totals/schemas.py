"""Shapes of what every document has: lines, discounts and tax groups."""

from decimal import Decimal
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from billing.taxes.rules import Category
from chassis import money
from chassis.shapes import NameView, Shape, Text, View

MOST_LINES: Final = 500


def _currency(code: str) -> str:
    try:
        money.digits(code)
    except ValueError:
        raise ValueError("This is not a currency code of ISO 4217, like SAR.") from None
    return code


def _above_zero(text: str) -> str:
    if not Decimal(text):
        raise ValueError("A quantity is above zero.")
    return text


Currency = Annotated[str, StringConstraints(to_upper=True), AfterValidator(_currency)]
# With as many decimals as the currency has, which is known where the document is.
Amount = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$")]
Quantity = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,6})?$"), AfterValidator(_above_zero)
]
Description = Annotated[
    Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)
]


class DiscountCreate(Shape):
    """So many percent, `12.5`, or an amount, `20.00`."""

    type: Literal["percent", "amount"]
    value: Amount

    @model_validator(mode="after")
    def _not_above_all(self) -> "DiscountCreate":
        if self.type == "percent" and Decimal(self.value) > 100:
            raise ValueError("A percentage is between 0 and 100.")
        return self


class LineCreate(Shape):
    """So much of something. Without `tax_id` it has its product's tax, else none."""

    product_id: UUID | None = None
    description: Description
    quantity: Quantity
    unit_price: Amount
    discount: DiscountCreate | None = None
    tax_id: UUID | None = None


Lines = Annotated[list[LineCreate], Field(min_length=1, max_length=MOST_LINES)]


class DiscountView(View):
    """So many percent, or an amount."""

    type: Literal["percent", "amount"]
    value: str


class LineTaxView(View):
    """What a line was taxed with, whatever became of that tax since."""

    name: NameView
    category: Category
    rate: str
    inclusive: bool
    exemption_reason: str | None
    exemption_code: str | None = None


class LineView(View):
    """A line; `net` is what it comes to without tax, `discount_amount` what was taken off."""

    product_id: UUID | None
    description: str
    quantity: str
    unit_price: str
    discount: DiscountView | None
    tax_id: UUID | None
    tax: LineTaxView | None
    discount_amount: str
    net: str


class TaxGroupView(View):
    """The tax of all that is taxed alike."""

    category: Category
    rate: str
    taxable: str
    amount: str
