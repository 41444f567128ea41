"""Shapes of tags."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, StringConstraints

from chassis.shapes import Colour, Name, Resource, Shape
from clients.tags.rules import BLUE, key_of


def _has_letters(name: str) -> str:
    if not key_of(name):
        raise ValueError("A tag needs a letter or a digit.")
    return name


TagName = Annotated[Name, StringConstraints(max_length=60), AfterValidator(_has_letters)]


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
