"""All SQL of the company's own statuses of estimates."""

from typing import Final

import asyncpg
from sqlalchemy import bindparam

from billing.estimate_statuses.rules import EstimateStatusInUse, EstimateStatusNotFound
from billing.estimate_statuses.tables import EstimateStatus, estimate_statuses
from chassis.paging import ListQuery
from chassis.repository import Repository

_C: Final = estimate_statuses.c
_SHOWN: Final = ("id", "version", "created_at", "updated_at", "name", "color", "order")

LIST: Final = ListQuery(
    source=estimate_statuses, columns={name: _C[name] for name in _SHOWN},
    where=(_C.tenant_id == bindparam("tenant_id"),), filters={},
    sorts={name: _C[name] for name in ("order", "updated_at", "created_at")},
    default_sort="order", key=_C.id,
)  # fmt: skip


class EstimateStatusRepository(Repository[EstimateStatus]):
    """Statuses of the tenant."""

    table = estimate_statuses
    row = EstimateStatus
    missing = EstimateStatusNotFound

    async def delete(self, row: EstimateStatus) -> None:
        try:
            await super().delete(row)
        except asyncpg.ForeignKeyViolationError as error:
            raise EstimateStatusInUse() from error
