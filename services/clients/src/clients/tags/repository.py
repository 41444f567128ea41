"""All SQL of tags."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Text, Uuid, any_, bindparam, column, exists, func, select, table
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from clients.tags.rules import TagNotFound
from clients.tags.tables import Tag, tags

# Named, not imported: the starting tags come with the starting folders.
_folders: Final = table("folders", column("tenant_id", Uuid))
_OURS: Final = tags.c.tenant_id == bindparam("tenant_id")
_KEYS: Final = tags.c.key == any_(bindparam("key", type_=ARRAY(Text)))
_NAMES: Final = statement(select(tags.c.key, tags.c.name).where(_OURS, _KEYS))
_STARTED: Final = statement(select(exists().where(_folders.c.tenant_id == bindparam("tenant_id"))))
_LOCK: Final = statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key", type_=Text), 0)))
)

_SHOWN: Final = ("id", "version", "created_at", "updated_at", "name", "color")
LIST: Final = ListQuery(
    source=tags, columns={name: tags.c[name] for name in _SHOWN},
    where=(_OURS,), filters={"key": _KEYS},
    sorts={"name": tags.c.name, "updated_at": tags.c.updated_at, "created_at": tags.c.created_at},
    default_sort="-updated_at", key=tags.c.id,
)  # fmt: skip


class TagRepository(Repository[Tag]):
    """Tags of the tenant."""

    table = tags
    row = Tag
    missing = TagNotFound

    async def names(self, keys: Iterable[str]) -> dict[str, str]:
        """The names of these tags by their keys; those that there are."""
        rows = await self.work.fetch(_NAMES, tenant_id=self.work.tenant_id, key=list(keys))
        return {row["key"]: row["name"] for row in rows}

    async def has_started(self) -> bool:
        """Whether the tenant was given what it starts with."""
        started: bool = await self.work.fetchval(_STARTED, tenant_id=self.work.tenant_id)
        return started

    async def lock_names(self) -> None:
        """Wait for whoever is adding tags to this tenant."""
        await self.work.execute(_LOCK, key=f"tags:{self.work.tenant_id}")
