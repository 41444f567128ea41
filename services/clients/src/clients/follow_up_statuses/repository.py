"""All SQL of follow-up statuses."""

from typing import Final

import asyncpg
from sqlalchemy import bindparam

from chassis.paging import ListQuery
from chassis.repository import Repository
from clients.follow_up_statuses.rules import FollowUpStatusInUse, FollowUpStatusNotFound
from clients.follow_up_statuses.tables import FollowUpStatus, follow_up_statuses

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

    async def delete(self, row: FollowUpStatus) -> None:
        try:
            await super().delete(row)
        except asyncpg.ForeignKeyViolationError as error:
            raise FollowUpStatusInUse() from error
