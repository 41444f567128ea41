"""Shapes of what bills are made of, and of what became of them."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import StringConstraints, model_validator

from chassis.shapes import Shape, View


class DiscountCreate(Shape):
    """So many percent, `12.5`, or an amount, `20.00`."""

    type: Literal["percent", "amount"]
    value: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$")]

    @model_validator(mode="after")
    def _not_above_all(self) -> "DiscountCreate":
        if self.type == "percent" and Decimal(self.value) > 100:
            raise ValueError("A percentage is between 0 and 100.")
        return self


class DiscountView(View):
    """So many percent, or an amount."""

    type: Literal["percent", "amount"]
    value: str


class ProblemView(View):
    """Why billing refused it, and which field of what it was asked."""

    code: str
    field: str | None = None
    detail: str = ""
