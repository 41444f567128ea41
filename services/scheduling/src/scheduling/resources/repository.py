"""All SQL of resources."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import Boolean, DateTime, Text, Uuid, any_, bindparam, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns
from scheduling.resources.rules import ResourceNotFound
from scheduling.resources.tables import Resource, resources

_C: Final = resources.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id")
_SHOWN: Final = ("id", "version", "created_at", "updated_at", "name", "kind")
_THOSE: Final = _C.id == any_(bindparam("ids", type_=ARRAY(Uuid)))
_OF: Final = statement(select(*written_columns(resources)).where(_OURS, _THOSE))
# Kept from being removed until what needs them stands.
_USABLE: Final = statement(
    select(_C.id, _C.used_at)
    .where(_OURS, _THOSE, _C.is_active)
    .order_by(_C.id)
    .with_for_update(read=True, key_share=True)
)
_USE: Final = statement(
    update(resources)
    .where(_OURS, _THOSE, _C.used_at.is_(None))
    .values(used_at=bindparam("now", type_=DateTime(timezone=True)))
)

LIST: Final = ListQuery(
    source=resources,
    columns={**{name: _C[name] for name in _SHOWN}, "active": _C.is_active},
    where=(_OURS,),
    filters={
        "kind": _C.kind == any_(bindparam("kind", type_=ARRAY(Text))),
        "active": _C.is_active == bindparam("active", type_=Boolean),
    },
    sorts={name: _C[name] for name in ("updated_at", "created_at")},
    default_sort="-updated_at", key=_C.id,
)  # fmt: skip


class ResourceRepository(Repository[Resource]):
    """Resources of the tenant."""

    table = resources
    row = Resource
    missing = ResourceNotFound

    async def of(self, ids: Collection[UUID]) -> dict[UUID, Resource]:
        """Those of these resources that there are."""
        return {one.id: one for one in await self.all(_OF, ids=list(ids))} if ids else {}

    async def use(self, ids: Collection[UUID]) -> set[UUID]:
        """Those of these resources that are in use; from now on they are not removed any more."""
        known = {"tenant_id": self.work.tenant_id, "ids": list(ids)}
        rows = await self.work.fetch(_USABLE, **known)
        if any(row["used_at"] is None for row in rows):
            await self.work.execute(_USE, **known, now=self.work.now)
        return {row["id"] for row in rows}
