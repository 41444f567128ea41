"""Shapes of resources."""

from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.shapes import Bilingual, NameView, Shape
from chassis.shapes import Resource as ResourceShape
from scheduling.resources.rules import Kind

_LEFT_OUT: Final = Bilingual(en="-")


class ResourceCreate(Shape):
    """What is in one place at a time: a room, a piece of equipment, a vehicle."""

    id: UUID | None = None
    name: Bilingual
    kind: Kind = "room"
    active: bool = True


class ResourceUpdate(Shape):
    """What may change."""

    name: Bilingual = _LEFT_OUT
    kind: Kind = "room"
    active: bool = True


class ResourceFilters(BaseModel):
    """How the list may be narrowed."""

    kind: Annotated[list[Kind] | None, Field(max_length=10)] = None
    active: bool | None = None


class ResourceView(ResourceShape):
    """A resource; an inactive one is not chosen any more, and stays where it was."""

    name: NameView
    kind: Kind
    active: bool
