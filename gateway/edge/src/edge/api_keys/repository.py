"""All SQL of API keys."""

from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select

from chassis.caller import Caller
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.work import UnitOfWork
from edge.api_keys.tables import ApiKey, api_keys

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
    """Who the key is, held until the work ends; None once it is revoked."""
    key = await ApiKeyRepository(work).one(_HELD, id=key_id)
    if key is None:
        return None
    return Caller(
        tenant_id=key.tenant_id, principal=f"key:{key.id}", permissions=frozenset(key.permissions),
        visibility="folders" if key.folder_ids else "all",
        folder_ids=tuple(key.folder_ids) or None,
    )  # fmt: skip
