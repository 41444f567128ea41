"""All SQL of credit types."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

import asyncpg
from sqlalchemy import (
    Boolean,
    DateTime,
    Numeric,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns
from chassis.together import Asked
from memberships.credit_types.rules import CreditTypeInUse, CreditTypeNotFound
from memberships.credit_types.tables import CreditType, credit_types

_C: Final = credit_types.c
_SHOWN: Final = (
    "id", "version", "created_at", "updated_at", "name", "unit", "description", "decimals",
    "allow_negative", "expiring_soon_days",
)  # fmt: skip
_UNIT: Final = func.power(literal_column("10", Numeric), _C.decimals, type_=Numeric)
_LOW: Final = cast(func.round(cast(_C.low_balance, Numeric) / _UNIT, _C.decimals), Text)

LIST: Final = ListQuery(
    source=credit_types,
    columns={**{name: _C[name] for name in _SHOWN}, "active": _C.is_active, "low_balance": _LOW},
    where=(_C.tenant_id == bindparam("tenant_id"),),
    filters={"active": _C.is_active == bindparam("active", type_=Boolean)},
    sorts={name: _C[name] for name in ("updated_at", "created_at")},
    default_sort="-updated_at", key=_C.id,
)  # fmt: skip
_THOSE: Final = (
    _C.tenant_id == bindparam("tenant_id"), _C.id == any_(bindparam("ids", type_=ARRAY(Uuid)))
)  # fmt: skip
_OF: Final = select(*written_columns(credit_types)).where(*_THOSE)
_FOUND: Final = statement(_OF)
# Everybody in the same order: nobody waits for who waits for them.
_LOCKED: Final = statement(_OF.order_by(_C.id).with_for_update())
_COUNT: Final = statement(
    update(credit_types)
    .where(*_THOSE)
    .values(counted_at=bindparam("now", type_=DateTime(timezone=True)))
)


class CreditTypeRepository(Repository[CreditType]):
    """Credit types of the tenant."""

    table = credit_types
    row = CreditType
    missing = CreditTypeNotFound

    async def of(self, ids: Collection[UUID], *, lock: bool = False) -> dict[UUID, CreditType]:
        """Those of these credit types that there are."""
        found = await self.all(_LOCKED if lock else _FOUND, ids=list(ids))
        return {one.id: one for one in found}

    async def asked_of(self, ids: Collection[UUID]) -> Asked:
        """What `of` asks, to be read ahead."""
        return await self.asked(_FOUND, ids=list(ids))

    async def count(self, ids: Collection[UUID]) -> None:
        """Amounts are written in these from now on."""
        known = {"tenant_id": self.work.tenant_id, "now": self.work.now}
        await self.work.execute(_COUNT, **known, ids=list(ids))

    async def delete(self, row: CreditType) -> None:
        try:
            await super().delete(row)
        except asyncpg.ForeignKeyViolationError as error:
            raise CreditTypeInUse() from error
