"""Shapes of categories."""

from typing import Final
from uuid import UUID

from chassis.shapes import Bilingual, Colour, Resource, Shape, View

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


class NameView(View):
    """A name in Arabic, English or both."""

    ar: str | None = None
    en: str | None = None


class CategoryView(Resource):
    """A category."""

    name: NameView
    color: str
