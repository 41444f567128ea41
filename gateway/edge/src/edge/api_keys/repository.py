"""All SQL of API keys."""

from typing import Final
from uuid import UUID

from sqlalchemy import Boolean, Uuid, bindparam, column, select, table
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.caller import Caller
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.work import UnitOfWork
from edge.api_keys.tables import ApiKey, api_keys
from edge.roles.tables import roles

_OURS: Final = api_keys.c.tenant_id == bindparam("tenant_id")
_HOLDS: Final = api_keys.c.revoked_at.is_(None)
_HELD: Final = statement(
    select(*api_keys.c)
    .where(_OURS, _HOLDS, api_keys.c.id == bindparam("id"))
    .with_for_update(read=True)
)
_OF_MAKER: Final = statement(
    select(*api_keys.c)
    .where(_OURS, _HOLDS, api_keys.c.created_by == bindparam("created_by"))
    .order_by(api_keys.c.id)
    .with_for_update()
)
# Named, not imported: users end the keys of those who leave.
_users: Final = table(
    "users", column("tenant_id", Uuid), column("id", Uuid), column("role_id", Uuid),
    column("team_ids", ARRAY(Uuid)), column("is_active", Boolean),
)  # fmt: skip
_MAKER: Final = statement(
    select(_users.c.role_id, _users.c.team_ids, roles.c.permissions, roles.c.visibility)
    .join(
        roles, (roles.c.tenant_id == _users.c.tenant_id) & (roles.c.id == _users.c.role_id)
    )
    .where(
        _users.c.tenant_id == bindparam("tenant_id"), _users.c.id == bindparam("id"),
        _users.c.is_active,
    )
    .with_for_update(read=True)
)  # fmt: skip
LIST: Final = ListQuery(
    source=api_keys,
    columns={
        name: api_keys.c[name]
        for name in ("id", "version", "created_at", "updated_at", "name", "permissions",
                     "folder_ids", "prefix", "created_by")
    },
    where=(_OURS, _HOLDS), filters={},
    sorts={"created_at": api_keys.c.created_at, "name": api_keys.c.name},
    default_sort="created_at", key=api_keys.c.id,
)  # fmt: skip


class ApiKeyRepository(Repository[ApiKey]):
    """Keys that still hold."""

    table = api_keys
    row = ApiKey
    scope = _HOLDS

    async def made_by(self, principal: str) -> list[ApiKey]:
        """Somebody's keys, locked for a change."""
        return await self.all(_OF_MAKER, created_by=principal)


async def rights_of_key(work: UnitOfWork, key_id: UUID) -> Caller | None:
    """Who the key is, held until the work ends; None once it is revoked.

    It may do what it was given as far as its maker still may. Which folders somebody sees is not
    known here, so the key of a maker who does not see all any more opens nothing.
    """
    key = await ApiKeyRepository(work).one(_HELD, id=key_id)
    maker = await _maker(work, key.created_by) if key else None
    if key is None or maker is None:
        return None
    return Caller(
        tenant_id=key.tenant_id, principal=f"key:{key.id}",
        permissions=maker.permissions.intersection(key.permissions), role_id=maker.role_id,
        visibility="folders" if key.folder_ids else "all",
        folder_ids=tuple(key.folder_ids) or None, team_ids=maker.team_ids,
        made_by=maker.user_id or maker.made_by,
    )  # fmt: skip


async def _maker(work: UnitOfWork, principal: str) -> Caller | None:
    kind, _, identity = principal.partition(":")
    if kind == "key":
        return await rights_of_key(work, UUID(identity))
    row = await work.fetchrow(_MAKER, tenant_id=work.tenant_id, id=UUID(identity))
    if row is None or row["visibility"] != "all":
        return None
    return Caller(
        work.tenant_id, principal, frozenset(row["permissions"]), "all", role_id=row["role_id"],
        user_id=UUID(identity), team_ids=tuple(row["team_ids"]),
    )  # fmt: skip
