"""All SQL of branches."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import Boolean, Text, Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from billing.branches.rules import BranchCodeTaken, BranchInUse, BranchNotFound
from billing.branches.tables import Branch, branches
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns

_C: Final = branches.c
_SHOWN: Final = (
    "id", "version", "created_at", "updated_at", "name", "code", "address", "vat_number",
    "registration_number",
)  # fmt: skip

_OF: Final = statement(
    select(*written_columns(branches)).where(
        _C.tenant_id == bindparam("tenant_id"), _C.id == any_(bindparam("ids", type_=ARRAY(Uuid)))
    )
)
LIST: Final = ListQuery(
    source=branches,
    columns={**{name: _C[name] for name in _SHOWN}, "active": _C.is_active},
    where=(_C.tenant_id == bindparam("tenant_id"),),
    filters={
        "code": _C.code == any_(bindparam("code", type_=ARRAY(Text))),
        "active": _C.is_active == bindparam("active", type_=Boolean),
    },
    sorts={name: _C[name] for name in ("updated_at", "created_at")},
    default_sort="-updated_at", key=_C.id,
)  # fmt: skip


class BranchRepository(Repository[Branch]):
    """Branches of the tenant."""

    table = branches
    row = Branch
    missing = BranchNotFound

    async def of(self, ids: Collection[UUID]) -> dict[UUID, Branch]:
        """Those of these branches that there are."""
        return {one.id: one for one in await self.all(_OF, ids=list(ids))} if ids else {}

    async def add_once(self, **values: Any) -> tuple[Branch, bool]:
        try:
            return await super().add_once(**values)
        except asyncpg.UniqueViolationError as error:
            raise _taken(error) from error

    async def update(self, row: Branch, **changes: Any) -> Branch:
        try:
            return await super().update(row, **changes)
        except asyncpg.UniqueViolationError as error:
            raise _taken(error) from error

    async def delete(self, row: Branch) -> None:
        try:
            await super().delete(row)
        except asyncpg.ForeignKeyViolationError as error:
            raise BranchInUse() from error


def _taken(error: asyncpg.UniqueViolationError) -> Exception:
    is_code = error.constraint_name == "uq_branches__code"
    return BranchCodeTaken(field="code") if is_code else error
