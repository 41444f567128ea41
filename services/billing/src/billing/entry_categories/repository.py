"""All SQL of categories."""

from typing import Final

import asyncpg
from sqlalchemy import Boolean, Text, any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY

from billing.entry_categories.rules import EntryCategoryInUse, EntryCategoryNotFound
from billing.entry_categories.tables import EntryCategory, entry_categories
from chassis.paging import ListQuery
from chassis.repository import Repository

_C: Final = entry_categories.c
_SHOWN: Final = ("id", "version", "created_at", "updated_at", "kind", "name")

LIST: Final = ListQuery(
    source=entry_categories,
    columns={**{name: _C[name] for name in _SHOWN}, "active": _C.is_active},
    where=(_C.tenant_id == bindparam("tenant_id"),),
    filters={
        "kind": _C.kind == any_(bindparam("kind", type_=ARRAY(Text))),
        "active": _C.is_active == bindparam("active", type_=Boolean),
    },
    sorts={name: _C[name] for name in ("updated_at", "created_at")},
    default_sort="-updated_at", key=_C.id,
)  # fmt: skip


class EntryCategoryRepository(Repository[EntryCategory]):
    """Categories of the tenant."""

    table = entry_categories
    row = EntryCategory
    missing = EntryCategoryNotFound

    async def delete(self, row: EntryCategory) -> None:
        try:
            await super().delete(row)
        except asyncpg.ForeignKeyViolationError as error:
            raise EntryCategoryInUse() from error
