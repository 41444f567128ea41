"""Shapes of roles."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from chassis.caller import Visibility
from chassis.shapes import Name, Resource, Shape

Words = Annotated[list[str], Field(max_length=100)]


class RoleCreate(Shape):
    """A role of the company's own."""

    id: UUID | None = None
    name: Name
    permissions: Words
    visibility: Visibility


class RoleUpdate(Shape):
    """What may change; permissions are replaced as a whole."""

    name: Name = ""
    permissions: Words = []
    visibility: Visibility = "assigned"


class RoleView(Resource):
    """A role; those with `is_builtin` are the same in every company."""

    name: str
    permissions: list[str]
    visibility: Visibility
    is_builtin: bool
