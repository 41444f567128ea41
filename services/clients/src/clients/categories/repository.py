"""All SQL of categories."""

from typing import Final

import asyncpg
from sqlalchemy import bindparam

from chassis.paging import ListQuery
from chassis.repository import Repository
from clients.categories.rules import CategoryInUse, CategoryNotFound
from clients.categories.tables import Category, categories

_SHOWN: Final = ("id", "version", "created_at", "updated_at", "name", "color")

LIST: Final = ListQuery(
    source=categories, columns={name: categories.c[name] for name in _SHOWN},
    where=(categories.c.tenant_id == bindparam("tenant_id"),), filters={},
    sorts={"updated_at": categories.c.updated_at, "created_at": categories.c.created_at},
    default_sort="-updated_at", key=categories.c.id,
)  # fmt: skip


class CategoryRepository(Repository[Category]):
    """Categories of the tenant."""

    table = categories
    row = Category
    missing = CategoryNotFound

    async def delete(self, row: Category) -> None:
        try:
            await super().delete(row)
        except asyncpg.ForeignKeyViolationError as error:
            raise CategoryInUse() from error
