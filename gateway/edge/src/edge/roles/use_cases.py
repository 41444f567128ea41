"""Making and changing roles; what their holders may do changes at once."""

from typing import Any
from uuid import UUID

from diwan.identity.v1 import identity_pb2

from chassis.context import Context
from chassis.work import UnitOfWork
from edge.revocations.use_cases import void
from edge.roles import events, rules
from edge.roles.repository import RoleRepository
from edge.roles.tables import Role


async def seed_roles(work: UnitOfWork) -> list[Role]:
    """Give a new company its five built-in roles, the owner's first."""
    roles = RoleRepository(work)
    return [
        await roles.add(
            builtin=name, name=name, permissions=sorted(permissions), visibility=visibility
        )
        for name, (permissions, visibility) in rules.BUILTIN.items()
    ]


async def create_role(work: UnitOfWork, values: dict[str, Any]) -> Role:
    """Make a role of the company's own; the same id and body again give the same role."""
    values["permissions"] = rules.check_known(values["permissions"])
    rules.check_may_give(work.caller, values["permissions"], values["visibility"])
    role, is_new = await RoleRepository(work).add_once(**values)
    if is_new:
        work.publish(events.role_changed("created", role))
    return role


async def update_role(
    work: UnitOfWork, context: Context, role_id: UUID, changes: dict[str, Any]
) -> Role:
    """Change a role; its holders' access tokens are void and give way to new ones."""
    roles = RoleRepository(work)
    role = await roles.get_for_update(role_id)
    if role.builtin:
        raise rules.BuiltinRole()
    if "permissions" in changes:
        changes["permissions"] = rules.check_known(changes["permissions"])
    rules.check_may_give(
        work.caller, [*role.permissions, *changes.get("permissions", ())],
        role.visibility, changes.get("visibility", role.visibility),
    )  # fmt: skip
    changed = await roles.update(role, **changes)
    if changed.version != role.version:
        await void(work, context, f"role.{role.id}")
        work.publish(events.role_changed("updated", changed))
    return changed


async def delete_role(work: UnitOfWork, role_id: UUID) -> None:
    """Remove a role that nobody has."""
    roles = RoleRepository(work)
    role = await roles.get_for_update(role_id)
    if role.builtin:
        raise rules.BuiltinRole()
    if await roles.is_held(role.id):
        raise rules.RoleInUse()
    await roles.delete(role)
    work.publish(events.role_changed("deleted", role))


async def described_roles(work: UnitOfWork) -> list[identity_pb2.Role]:
    """All roles, as other services know them."""
    return [events.message(role) for role in await RoleRepository(work).every()]


async def check_may_assign(work: UnitOfWork, role_id: UUID) -> Role:
    """The role, if the caller may give it to somebody; raises UnknownRole, BeyondOwnRights."""
    role = await RoleRepository(work).shared(role_id)
    if role is None:
        raise rules.UnknownRole(field="role_id")
    rules.check_may_give(
        work.caller, role.permissions, role.visibility, owner=role.builtin == "owner"
    )
    return role
