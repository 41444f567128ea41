"""Shapes of assignment rules."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from chassis.shapes import Name, Resource, Shape

_Country = Annotated[str, StringConstraints(to_upper=True, min_length=2, max_length=2)]
_Users = Annotated[list[UUID], Field(max_length=200)]
_Order = Annotated[int, Field(ge=0, le=1_000_000)]


class AssignmentRuleCreate(Shape):
    """Which clients, and who takes turns; a folder or country left out stands for any."""

    id: UUID | None = None
    name: Name
    folder_id: UUID | None = None
    country_code: _Country | None = None
    user_ids: _Users = []
    team_id: UUID | None = None
    order: _Order = 0
    enabled: bool = False


class AssignmentRuleUpdate(Shape):
    """What may change; users are replaced as a whole."""

    name: Name = ""
    folder_id: UUID | None = None
    country_code: _Country | None = None
    user_ids: _Users = []
    team_id: UUID | None = None
    order: _Order = 0
    enabled: bool = False


class AssignmentRuleView(Resource):
    """A rule; the enabled one with the lowest `order` that fits decides."""

    name: str
    folder_id: UUID | None
    country_code: str | None
    user_ids: list[UUID]
    team_id: UUID | None
    order: int
    enabled: bool
