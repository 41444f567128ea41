"""All SQL of industry packs."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Text, Uuid, any_, bindparam, column, exists, or_, select, table, union_all
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.repository import Repository
from chassis.statements import statement
from clients.categories.tables import categories
from clients.custom_fields.tables import custom_fields
from clients.folders.tables import folders
from clients.follow_up_statuses.tables import follow_up_statuses
from clients.packs.rules import PackNotFound, Part
from clients.packs.tables import InstalledPack, packs
from clients.tags.tables import tags

_OURS: Final = packs.c.tenant_id == bindparam("tenant_id")
_ALL: Final = statement(select(*packs.c).where(_OURS))
_NAMED: Final = statement(
    select(*packs.c).where(_OURS, packs.c.name == bindparam("name")).with_for_update()
)
# Named, not imported: packs only ask whether any client has something.
_clients: Final = table(
    "clients", column("tenant_id", Uuid), column("folder_id", Uuid), column("category_id", Uuid),
    column("pinned_status_id", Uuid), column("follow_up_status_id", Uuid),
    column("tags", ARRAY(Text)), column("custom_fields", JSONB),
)  # fmt: skip
_inside: Final = folders.alias("inside")


def _of(thing: Any) -> Any:
    return select(thing.c.id).where(
        thing.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        thing.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))),
    )


def _had(thing: Any, *ways: Any) -> Any:
    return exists().where(_clients.c.tenant_id == thing.c.tenant_id, or_(*ways))


_PRESENT: Final = statement(
    union_all(*(_of(t) for t in (tags, categories, follow_up_statuses, folders, custom_fields)))
)
_IN_USE: Final = statement(
    union_all(
        _of(tags).where(_had(tags, tags.c.name == any_(_clients.c.tags))),
        _of(categories).where(_had(categories, _clients.c.category_id == categories.c.id)),
        _of(follow_up_statuses).where(_had(
            follow_up_statuses, _clients.c.pinned_status_id == follow_up_statuses.c.id,
            _clients.c.follow_up_status_id == follow_up_statuses.c.id,
        )),
        _of(folders).where(or_(
            _had(folders, _clients.c.folder_id == folders.c.id),
            exists().where(_inside.c.tenant_id == folders.c.tenant_id,
                           _inside.c.parent_id == folders.c.id),
        )),
        _of(custom_fields).where(
            _had(custom_fields, _clients.c.custom_fields.has_key(custom_fields.c.key))
        ),
    )
)  # fmt: skip


class PackRepository(Repository[InstalledPack]):
    """The industry packs of the company."""

    table = packs
    row = InstalledPack
    missing = PackNotFound

    async def by_name(self) -> dict[str, InstalledPack]:
        """All of them; there are no more than kinds of packs."""
        return {pack.name: pack for pack in await self.all(_ALL)}

    async def locked(self, name: str) -> InstalledPack | None:
        """The pack of this name, locked."""
        return await self.one(_NAMED, name=name)

    async def present(self, parts: Sequence[Part]) -> list[Part]:
        """Those that are still there."""
        return await self._which(_PRESENT, parts)

    async def in_use(self, parts: Sequence[Part]) -> list[Part]:
        """Those that a client has, or a folder with folders in it."""
        return await self._which(_IN_USE, parts)

    async def _which(self, query: Any, parts: Sequence[Part]) -> list[Part]:
        ids = [UUID(part["id"]) for part in parts]
        rows = await self.work.fetch(query, tenant_id=self.work.tenant_id, ids=ids)
        found = {str(row["id"]) for row in rows}
        return [part for part in parts if part["id"] in found]
