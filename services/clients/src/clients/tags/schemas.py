"""Shapes of tags."""

from uuid import UUID

from chassis.shapes import Colour, Resource, Shape
from clients.tags.rules import BLUE, TagName


class TagCreate(Shape):
    """A tag."""

    id: UUID | None = None
    name: TagName
    color: Colour = BLUE


class TagUpdate(Shape):
    """What may change; clients keep the tag under its new name."""

    name: TagName = ""
    color: Colour = BLUE


class TagView(Resource):
    """A tag."""

    name: str
    color: str
