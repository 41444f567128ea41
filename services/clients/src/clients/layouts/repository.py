"""All SQL of layouts."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, not_, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from clients.layouts.rules import LayoutNotFound
from clients.layouts.tables import Layout, layouts
from refs.visibility import sight_of

_C: Final = layouts.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id")
_SCOPE: Final = _C.folder_id.is_(None) | not_(
    _C.folder_id == any_(bindparam("hidden_folders", type_=ARRAY(Uuid)))
)
_SHOWN: Final = ("id", "version", "created_at", "updated_at", "folder_id", "groups", "sections")
# Whether the folder that has it is hidden does not matter to who sees one inside it.
_FOR: Final = statement(
    select(*_C).where(
        _OURS,
        _C.folder_id.is_(None) | (_C.folder_id == any_(bindparam("folder_ids", type_=ARRAY(Uuid)))),
    )
)

_ALL: Final = statement(select(_C.folder_id, _C.sections).where(_OURS))

LIST: Final = ListQuery(
    source=layouts, columns={name: _C[name] for name in _SHOWN}, where=(_OURS, _SCOPE),
    filters={}, sorts={n: _C[n] for n in ("created_at", "updated_at")},
    default_sort="created_at", key=_C.id,
)  # fmt: skip


class LayoutRepository(Repository[Layout]):
    """Layouts of all folders but those hidden from the caller."""

    table = layouts
    row = Layout
    scope = _SCOPE
    missing = LayoutNotFound

    async def scope_values(self) -> dict[str, Any]:
        return (await sight_of(self.work)).values()

    async def of_folders(self, folder_ids: Sequence[UUID]) -> dict[UUID | None, Layout]:
        """The layouts of these folders, and that of all others under None."""
        found = await self.all(_FOR, folder_ids=list(folder_ids))
        return {layout.folder_id: layout for layout in found}

    async def enabled(self) -> dict[UUID | None, frozenset[str]]:
        """Which sections each layout turns on, whoever asks."""
        rows = await self.work.fetch(_ALL, tenant_id=self.work.tenant_id)
        return {
            row["folder_id"]: frozenset(one["key"] for one in row["sections"] if one["enabled"])
            for row in rows
        }
