"""All SQL of roles."""

from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, bindparam, column, exists, select, table

from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from edge.roles.tables import Role, roles

# Named, not imported: users build on roles, so roles may not know them.
_users: Final = table("users", column("tenant_id", Uuid), column("role_id", Uuid))
_OURS: Final = roles.c.tenant_id == bindparam("tenant_id")
_ALL: Final = statement(select(*roles.c).where(_OURS).order_by(roles.c.id))
_SHARED: Final = statement(
    select(*roles.c).where(_OURS, roles.c.id == bindparam("id")).with_for_update(read=True)
)
_HELD: Final = statement(
    select(
        exists().where(
            _users.c.tenant_id == bindparam("tenant_id"), _users.c.role_id == bindparam("id")
        )
    )
)
LIST: Final = ListQuery(
    source=roles,
    columns={
        "id": roles.c.id, "version": roles.c.version, "created_at": roles.c.created_at,
        "updated_at": roles.c.updated_at, "name": roles.c.name,
        "permissions": roles.c.permissions, "visibility": roles.c.visibility,
        "is_builtin": roles.c.builtin.is_not(None),
    },
    where=(_OURS,), filters={"name": roles.c.name == bindparam("name")},
    sorts={"created_at": roles.c.created_at, "name": roles.c.name}, default_sort="created_at",
    key=roles.c.id,
)  # fmt: skip


class RoleRepository(Repository[Role]):
    """Roles of the tenant."""

    table = roles
    row = Role

    async def every(self) -> list[Role]:
        """All of them, in the order they were made."""
        return await self.all(_ALL)

    async def shared(self, role_id: UUID) -> Role | None:
        """The role, which cannot change until this work ends."""
        return await self.one(_SHARED, id=role_id)

    async def is_held(self, role_id: UUID) -> bool:
        """Whether a user has it."""
        held: bool = await self.work.fetchval(_HELD, tenant_id=self.work.tenant_id, id=role_id)
        return held
