"""All SQL of follow-up statuses."""

from typing import Final
from uuid import UUID

import asyncpg
from sqlalchemy import Integer, Uuid, bindparam, column, func, or_, table, update

from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from clients.follow_up_statuses.rules import FollowUpStatusInUse, FollowUpStatusNotFound
from clients.follow_up_statuses.tables import FollowUpStatus, follow_up_statuses

# Named, not imported: clients build on follow-up statuses.
_clients: Final = table(
    "clients", column("tenant_id", Uuid), column("id", Uuid), column("pinned_status_id", Uuid),
    column("follow_up_status_id", Uuid), column("merged_into", Uuid), column("version", Integer),
)  # fmt: skip
_ID: Final = bindparam("key_id", type_=Uuid)
_NAMES: Final = ("pinned_status_id", "follow_up_status_id")
_LET_GO: Final = statement(
    update(_clients)
    .where(_clients.c.tenant_id == bindparam("key_tenant", type_=Uuid),
           or_(*(_clients.c[name] == _ID for name in _NAMES)),
           _clients.c.merged_into.is_not(None))
    .values(version=_clients.c.version + 1,
            **{name: func.nullif(_clients.c[name], _ID) for name in _NAMES})
    .returning(_clients.c.id, *(_clients.c[name] for name in _NAMES))
)  # fmt: skip
_SHOWN: Final = (
    "id",
    "version",
    "created_at",
    "updated_at",
    "name",
    "color",
    "kind",
    "requires_follow_up_after_hours",
)

LIST: Final = ListQuery(
    source=follow_up_statuses, columns={name: follow_up_statuses.c[name] for name in _SHOWN},
    where=(follow_up_statuses.c.tenant_id == bindparam("tenant_id"),),
    filters={"kind": follow_up_statuses.c.kind == bindparam("kind")},
    sorts={n: follow_up_statuses.c[n] for n in ("updated_at", "created_at")},
    default_sort="-updated_at", key=follow_up_statuses.c.id,
)  # fmt: skip


class FollowUpStatusRepository(Repository[FollowUpStatus]):
    """Follow-up statuses of the tenant."""

    table = follow_up_statuses
    row = FollowUpStatus
    missing = FollowUpStatusNotFound

    async def let_go(self, status_id: UUID) -> None:
        """Merged clients are without it: nobody could give them another one."""
        keys = {"key_tenant": self.work.tenant_id, "key_id": status_id}
        for row in await self.work.fetch(_LET_GO, **keys):
            changes = {name: row[name] for name in _NAMES}
            self.work.audit("updated", "clients", row["id"], changes, row["id"])

    async def delete(self, row: FollowUpStatus) -> None:
        try:
            await super().delete(row)
        except asyncpg.ForeignKeyViolationError as error:
            raise FollowUpStatusInUse() from error
