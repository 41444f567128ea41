"""Shapes of categories."""

from typing import Final
from uuid import UUID

from chassis.shapes import Bilingual, Colour, NameView, Resource, Shape

GREY: Final = "#828282"
_LEFT_OUT: Final = Bilingual(en="-")


class CategoryCreate(Shape):
    """A category."""

    id: UUID | None = None
    name: Bilingual
    color: Colour = GREY


class CategoryUpdate(Shape):
    """What may change."""

    name: Bilingual = _LEFT_OUT
    color: Colour = GREY


class CategoryView(Resource):
    """A category."""

    name: NameView
    color: str
