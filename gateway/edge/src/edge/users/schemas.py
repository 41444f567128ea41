"""Shapes of users and teams."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.shapes import Name, Resource, Shape

Locale = Literal["ar", "en"]
Members = Annotated[list[UUID], Field(max_length=1_000)]


class UserFilters(BaseModel):
    """Which users a list shows."""

    role_id: list[UUID] | None = None
    team_id: list[UUID] | None = None
    email: str | None = Field(default=None, max_length=320)
    is_active: bool | None = None


class UserUpdate(Shape):
    """What an administrator may change of somebody."""

    name: Name = ""
    locale: Locale = "ar"
    role_id: UUID = UUID(int=0)
    team_ids: Annotated[list[UUID], Field(max_length=100)] = []


class Deactivation(Shape):
    """Who takes over the open work."""

    hand_over_to: UUID | None = None


class UserView(Resource):
    """A member of staff."""

    name: str
    email: str
    locale: str
    role_id: UUID
    team_ids: list[UUID]
    is_active: bool


class TeamCreate(Shape):
    """A team and who is in it."""

    id: UUID | None = None
    name: Name
    member_ids: Members = []


class TeamUpdate(Shape):
    """What may change; members are replaced as a whole."""

    name: Name = ""
    member_ids: Members = []


class TeamView(Resource):
    """A team."""

    name: str
    member_ids: list[UUID]
