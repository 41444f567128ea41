"""All SQL of credit types."""

from typing import Final

import asyncpg
from sqlalchemy import Boolean, bindparam

from chassis.paging import ListQuery
from chassis.repository import Repository
from memberships.credit_types.rules import CreditTypeInUse, CreditTypeNotFound
from memberships.credit_types.tables import CreditType, credit_types

_C: Final = credit_types.c
_SHOWN: Final = (
    "id", "version", "created_at", "updated_at", "name", "unit", "description", "decimals",
    "allow_negative",
)  # fmt: skip

LIST: Final = ListQuery(
    source=credit_types,
    columns={**{name: _C[name] for name in _SHOWN}, "active": _C.is_active},
    where=(_C.tenant_id == bindparam("tenant_id"),),
    filters={"active": _C.is_active == bindparam("active", type_=Boolean)},
    sorts={name: _C[name] for name in ("updated_at", "created_at")},
    default_sort="-updated_at", key=_C.id,
)  # fmt: skip


class CreditTypeRepository(Repository[CreditType]):
    """Credit types of the tenant."""

    table = credit_types
    row = CreditType
    missing = CreditTypeNotFound

    async def delete(self, row: CreditType) -> None:
        try:
            await super().delete(row)
        except asyncpg.ForeignKeyViolationError as error:
            raise CreditTypeInUse() from error
