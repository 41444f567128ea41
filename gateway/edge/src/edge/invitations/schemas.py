"""Shapes of invitations."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from chassis.shapes import Name, Resource, Shape, View

Email = Annotated[str, StringConstraints(min_length=3, max_length=320)]


class InvitationCreate(Shape):
    """Whom to invite, and as what."""

    email: Email
    name: Name | None = None
    role_id: UUID
    team_ids: Annotated[list[UUID], Field(max_length=100)] = []


class Acceptance(Shape):
    """The token of the mail, and a new password, or the one the address has already."""

    token: Annotated[str, StringConstraints(max_length=200)]
    password: Annotated[str, StringConstraints(max_length=1000, strip_whitespace=False)]
    name: Name | None = None


class InvitationView(Resource):
    """An invitation; `user_id` is who it became once accepted."""

    email: str
    name: str
    role_id: UUID
    team_ids: list[UUID]
    invited_by: str
    expires_at: datetime
    user_id: UUID | None


class InvitationCreated(InvitationView):
    """An invitation with its token, which is mailed too and never shown again."""

    token: str
    accept_url: str


class MemberView(Resource):
    """The user who accepted."""

    name: str
    email: str
    locale: str
    role_id: UUID
    team_ids: list[UUID]
    is_active: bool


class Accepted(View):
    """The company joined, and who one is there."""

    tenant_id: UUID
    user: MemberView
