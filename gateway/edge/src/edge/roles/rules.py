"""Permissions, the built-in roles, and who may hand out which rights."""

from collections.abc import Iterable
from typing import Final, Literal

from chassis.caller import Caller, Visibility
from chassis.errors import Conflict, Forbidden, Invalid

Builtin = Literal["owner", "admin", "manager", "agent", "viewer"]

_SERVICES: Final = ("clients", "billing", "memberships", "scheduling", "comms", "automation")
_EXTRA: Final = (
    "clients:reveal", "clients:erase", "billing:issue", "billing:refund", "identity:manage",
    "audit:read",
)  # fmt: skip


def _each(*verbs: str) -> frozenset[str]:
    return frozenset(f"{service}:{verb}" for service in _SERVICES for verb in verbs)


PERMISSIONS: Final = _each("read", "write", "delete", "export", "manage") | frozenset(_EXTRA)

# Who sees this much sees all that those see; between teams and folders there is no more or less.
_WITHIN: Final[dict[Visibility, frozenset[Visibility]]] = {
    "all": frozenset({"all", "team", "folders", "assigned"}),
    "team": frozenset({"team", "assigned"}),
    "folders": frozenset({"folders", "assigned"}),
    "assigned": frozenset({"assigned"}),
}

# Each company gets its own rows of these; a permission added later comes with a migration.
BUILTIN: Final[dict[Builtin, tuple[frozenset[str], Visibility]]] = {
    "owner": (PERMISSIONS, "all"),
    "admin": (PERMISSIONS, "all"),
    "manager": (_each("read", "write", "delete", "export"), "all"),
    "agent": (_each("read", "write"), "folders"),
    "viewer": (_each("read"), "all"),
}


class UnknownPermission(Invalid):
    """Not one of the words of this API."""

    code = "unknown_permission"
    detail = "There is no permission {permission}."


class UnknownRole(Invalid):
    """A role that is not the company's."""

    code = "unknown_role"
    detail = "There is no such role."


class BeyondOwnRights(Forbidden):
    """Nobody hands out more than they hold."""

    code = "beyond_own_rights"
    detail = "You cannot give rights that you do not have yourself."


class BuiltinRole(Conflict):
    """The five built-in roles are the same in every company."""

    code = "builtin_role"
    detail = "A built-in role cannot be changed."


class RoleInUse(Conflict):
    """Somebody still has the role."""

    code = "role_in_use"
    detail = "This role is still given to somebody."


def check_known(permissions: Iterable[str]) -> list[str]:
    """The permissions in order, each once; raises UnknownPermission."""
    for permission in permissions:
        if permission not in PERMISSIONS:
            raise UnknownPermission(field="permissions", permission=permission)
    return sorted(set(permissions))


def check_may_give(
    caller: Caller, permissions: Iterable[str], *visibilities: Visibility, owner: bool = False
) -> None:
    """Raises BeyondOwnRights; only owners make owners, and nobody lets others see more."""
    if caller.is_owner:
        return
    sees_less = any(each not in _WITHIN[caller.visibility] for each in visibilities)
    if owner or sees_less or not all(caller.may(permission) for permission in permissions):
        raise BeyondOwnRights()
