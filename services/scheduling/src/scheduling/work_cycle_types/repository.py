"""All SQL of types of work cycles."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import (
    Boolean,
    Uuid,
    any_,
    bindparam,
    column,
    exists,
    select,
    table,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns
from scheduling.work_cycle_types.rules import TypeInUse, TypeNotFound
from scheduling.work_cycle_types.tables import WorkCycleType, work_cycle_types

_C: Final = work_cycle_types.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_SHOWN: Final = (
    "id", "version", "created_at", "updated_at", "name", "prefix", "last_number", "statuses",
    "action_ids", "custom_fields", "budget_from", "print",
)  # fmt: skip
LIST: Final = ListQuery(
    source=work_cycle_types,
    columns={**{name: _C[name] for name in _SHOWN}, "active": _C.is_active}, where=(_OURS,),
    filters={"active": _C.is_active == bindparam("active", type_=Boolean)},
    sorts={"created_at": _C.created_at, "updated_at": _C.updated_at},
    default_sort="created_at", key=_C.id,
)  # fmt: skip
_NEXT: Final = statement(
    update(work_cycle_types)
    .where(_OURS, _C.id == bindparam("type_id", type_=Uuid))
    .values(last_number=_C.last_number + 1)
    .returning(_C.last_number)
)
# Named, not imported: work cycles are built on their types.
_cycles: Final = table(
    "work_cycles", column("tenant_id", Uuid), column("work_cycle_type_id", Uuid),
    column("status_id", Uuid),
)  # fmt: skip
_STANDS: Final = statement(
    select(exists().where(
        _cycles.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        _cycles.c.work_cycle_type_id == bindparam("type_id", type_=Uuid),
        _cycles.c.status_id == any_(bindparam("status_ids", type_=ARRAY(Uuid))),
    ))
)  # fmt: skip


_BEGIN: Final = statement(
    select(*written_columns(work_cycle_types))
    .where(_OURS, _C.id == bindparam("id", type_=Uuid))
    .with_for_update(key_share=True)
)
_STAY: Final = statement(
    select(*written_columns(work_cycle_types))
    .where(_OURS, _C.id == bindparam("id", type_=Uuid))
    .with_for_update(read=True)
)


class TypeRepository(Repository[WorkCycleType]):
    """Types of work cycles of the tenant."""

    table = work_cycle_types
    row = WorkCycleType
    missing = TypeNotFound

    async def to_begin(self, type_id: UUID) -> WorkCycleType | None:
        """One that gives its next number: nobody else begins or changes it until the work ends."""
        return await self.one(_BEGIN, id=type_id)

    async def kept(self, type_id: UUID) -> WorkCycleType:
        """One that stays as it is until the work ends; raises TypeNotFound."""
        if (found := await self.one(_STAY, id=type_id)) is None:
            raise TypeNotFound()
        return found

    async def next_number(self, type_id: UUID) -> int:
        """The next number of a type, which nobody else is given; those behind wait for it."""
        found: int = await self.work.fetchval(
            _NEXT, tenant_id=self.work.tenant_id, type_id=type_id
        )  # fmt: skip
        return found

    async def holds(self, type_id: UUID, status_ids: Collection[UUID]) -> bool:
        """Whether any cycle of a type stands in one of these."""
        known: dict[str, Any] = {"tenant_id": self.work.tenant_id, "type_id": type_id}
        return bool(await self.work.fetchval(_STANDS, **known, status_ids=list(status_ids)))

    async def delete(self, row: WorkCycleType) -> None:
        try:
            await super().delete(row)
        except asyncpg.ForeignKeyViolationError as error:
            raise TypeInUse() from error
