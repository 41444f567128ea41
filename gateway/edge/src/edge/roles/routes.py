"""HTTP door of roles."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.door import SIGNED_IN
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from edge.roles import use_cases
from edge.roles.repository import LIST, RoleRepository
from edge.roles.schemas import RoleCreate, RoleUpdate, RoleView
from edge.roles.tables import Role

routes = router("/v1/roles", "Users and roles")


@routes.get("", permission=SIGNED_IN, response_model=Page[RoleView])
async def list_roles(
    work: Work, pages: Pages, name: Annotated[str | None, Query(max_length=200)] = None
) -> Json:
    """List the company's roles, built-in and own."""
    return Json(await LIST.page(work, pages, {"name": name}))


@routes.post(
    "", permission="identity:manage", status=201,
    example={"name": "Sales", "permissions": ["clients:read", "clients:write"],
             "visibility": "team"},
)  # fmt: skip
async def create_role(work: Work, body: RoleCreate) -> RoleView:
    """Make a role of your own."""
    return _view(await use_cases.create_role(work, body.model_dump()))


@routes.get("/{role_id}", permission=SIGNED_IN)
async def get_role(work: Work, role_id: UUID) -> RoleView:
    """Read a role."""
    return _view(await RoleRepository(work).get(role_id))


@routes.patch(
    "/{role_id}", permission="identity:manage", visible_to=SIGNED_IN,
    example={"visibility": "folders"},
)  # fmt: skip
async def update_role(work: Work, context: Context, role_id: UUID, body: RoleUpdate) -> RoleView:
    """Change a role of your own; its holders' rights change at once."""
    changes = body.model_dump(exclude_unset=True)
    return _view(await use_cases.update_role(work, context, role_id, changes))


@routes.delete("/{role_id}", permission="identity:manage", visible_to=SIGNED_IN)
async def delete_role(work: Work, role_id: UUID) -> None:
    """Remove a role that nobody has."""
    await use_cases.delete_role(work, role_id)


def _view(role: Role) -> RoleView:
    return RoleView(
        id=role.id, version=role.version, created_at=role.created_at, updated_at=role.updated_at,
        name=role.name, permissions=role.permissions, visibility=role.visibility,
        is_builtin=role.builtin is not None,
    )  # fmt: skip
