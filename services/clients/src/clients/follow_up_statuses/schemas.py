"""Shapes of follow-up statuses."""

from typing import Annotated, Final
from uuid import UUID

from pydantic import Field

from chassis.shapes import Bilingual, Colour, NameView, Resource, Shape
from clients.follow_up_statuses.rules import Kind

GREY: Final = "#828282"
_LEFT_OUT: Final = Bilingual(en="-")
Hours = Annotated[int, Field(gt=0, le=24 * 366)]


class FollowUpStatusCreate(Shape):
    """A follow-up status; choosing one with hours makes a follow-up due after them."""

    id: UUID | None = None
    name: Bilingual
    color: Colour = GREY
    kind: Kind = "variable"
    requires_follow_up_after_hours: Hours | None = None


class FollowUpStatusUpdate(Shape):
    """What may change; the kind does not."""

    name: Bilingual = _LEFT_OUT
    color: Colour = GREY
    requires_follow_up_after_hours: Hours | None = None


class FollowUpStatusView(Resource):
    """A follow-up status."""

    name: NameView
    color: str
    kind: Kind
    requires_follow_up_after_hours: int | None
