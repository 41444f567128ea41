"""Shapes of the company's own statuses of estimates."""

from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from chassis.shapes import Bilingual, Colour, NameView, Resource, Shape

GREY: Final = "#828282"
_LEFT_OUT: Final = Bilingual(en="-")
Order = Annotated[int, Field(ge=0, le=10_000)]


class EstimateStatusCreate(Shape):
    """A status; they are shown by `order`."""

    id: UUID | None = None
    name: Bilingual
    color: Colour = GREY
    order: Order = 0


class EstimateStatusUpdate(Shape):
    """What may change."""

    name: Bilingual = _LEFT_OUT
    color: Colour = GREY
    order: Order = 0


class EstimateStatusView(Resource):
    """A status of estimates."""

    name: NameView
    color: str
    order: int
