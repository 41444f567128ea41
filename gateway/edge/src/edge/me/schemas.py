"""Shapes of who one is."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from chassis.caller import Visibility
from chassis.shapes import Name, Resource, Shape, View

Password = Annotated[str, StringConstraints(max_length=1000, strip_whitespace=False)]


class MeUpdate(Shape):
    """What one may change oneself."""

    name: Name = ""
    locale: Literal["ar", "en"] = "ar"


class PasswordChange(Shape):
    """The present password and the next."""

    current_password: Password
    new_password: Password


class PersonView(Resource):
    """Oneself."""

    name: str
    email: str
    email_verified: bool
    locale: str
    role_id: UUID
    team_ids: list[UUID]


class CompanyView(Resource):
    """One's company."""

    name: str
    country: str
    currency: str
    timezone: str
    locale: str


class MeView(View):
    """Who asks, where, and with which rights; `user` is null for an API key."""

    user: PersonView | None
    tenant: CompanyView
    permissions: list[str]
    visibility: Visibility
    is_owner: bool
