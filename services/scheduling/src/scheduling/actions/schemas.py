"""Shapes of actions."""

from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.shapes import Bilingual, NameView, Resource, Shape
from scheduling.actions.rules import Subject

_LEFT_OUT: Final = Bilingual(en="-")
Order = Annotated[int, Field(ge=0, le=100_000, strict=True)]


class ActionCreate(Shape):
    """What can be done with a client, at an appointment or in a work cycle.

    Without an `order` it is offered after all others of its subject.
    """

    id: UUID | None = None
    name: Bilingual
    subject: Subject = "client"
    order: Order | None = None
    active: bool = True


class ActionUpdate(Shape):
    """What may change; the subject does not."""

    name: Bilingual = _LEFT_OUT
    order: Order = 0
    active: bool = True


class ActionFilters(BaseModel):
    """How the list may be narrowed."""

    subject: Annotated[list[Subject] | None, Field(max_length=10)] = None
    active: bool | None = None


class ActionView(Resource):
    """An action; an inactive one is not chosen any more, and stays where it was."""

    name: NameView
    subject: Subject
    order: int
    active: bool
