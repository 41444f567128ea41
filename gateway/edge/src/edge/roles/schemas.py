"""Shapes of roles."""

from uuid import UUID

from chassis.caller import Visibility
from chassis.shapes import Name, Resource, Shape


class RoleCreate(Shape):
    """A role of the company's own."""

    id: UUID | None = None
    name: Name
    permissions: list[str]
    visibility: Visibility


class RoleUpdate(Shape):
    """What may change; permissions are replaced as a whole."""

    name: Name = ""
    permissions: list[str] = []
    visibility: Visibility = "assigned"


class RoleView(Resource):
    """A role; those with `is_builtin` are the same in every company."""

    name: str
    permissions: list[str]
    visibility: Visibility
    is_builtin: bool
