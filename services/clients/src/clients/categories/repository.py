"""All SQL of categories."""

from typing import Final
from uuid import UUID

import asyncpg
from sqlalchemy import Integer, Uuid, bindparam, column, null, table, update

from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from clients.categories.rules import CategoryInUse, CategoryNotFound
from clients.categories.tables import Category, categories

# Named, not imported: clients build on categories.
_clients: Final = table(
    "clients", column("tenant_id", Uuid), column("id", Uuid), column("category_id", Uuid),
    column("merged_into", Uuid), column("version", Integer),
)  # fmt: skip
_LET_GO: Final = statement(
    update(_clients)
    .where(_clients.c.tenant_id == bindparam("key_tenant", type_=Uuid),
           _clients.c.category_id == bindparam("key_id", type_=Uuid),
           _clients.c.merged_into.is_not(None))
    .values(category_id=null(), version=_clients.c.version + 1)
    .returning(_clients.c.id)
)  # fmt: skip
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

    async def let_go(self, category_id: UUID) -> None:
        """Merged clients are without it: nobody could give them another one."""
        keys = {"key_tenant": self.work.tenant_id, "key_id": category_id}
        for row in await self.work.fetch(_LET_GO, **keys):
            self.work.audit("updated", "clients", row["id"], {"category_id": None}, row["id"])

    async def delete(self, row: Category) -> None:
        try:
            await super().delete(row)
        except asyncpg.ForeignKeyViolationError as error:
            raise CategoryInUse() from error
