"""All SQL of taxes."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

import asyncpg
from sqlalchemy import Boolean, Date, Text, Uuid, any_, bindparam, exists, or_, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from billing.taxes.rules import TaxInUse, TaxNotFound
from billing.taxes.tables import Tax, tax_starts, taxes
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns
from chassis.together import Asked

_C: Final = taxes.c
_DAY: Final = bindparam("valid_on", type_=Date)
_SHOWN: Final = (
    "id", "version", "created_at", "updated_at", "name", "rate", "category", "exemption_reason",
    "exemption_code", "valid_from", "valid_to",
)  # fmt: skip
_HAS_STARTED: Final = statement(
    select(exists().where(tax_starts.c.tenant_id == bindparam("tenant_id")))
)
_START: Final = statement(
    insert(tax_starts)
    .values(tenant_id=bindparam("tenant_id"))
    .on_conflict_do_nothing()
    .returning(tax_starts.c.tenant_id)
)
_OF: Final = statement(
    select(*written_columns(taxes)).where(
        _C.tenant_id == bindparam("tenant_id"), _C.id == any_(bindparam("ids", type_=ARRAY(Uuid)))
    )
)

# Kept from being removed until what is taxed with them stands.
_USABLE: Final = statement(
    select(_C.id)
    .where(_C.tenant_id == bindparam("tenant_id"), _C.is_active,
           _C.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
    .order_by(_C.id).with_for_update(read=True, key_share=True)
)  # fmt: skip

LIST: Final = ListQuery(
    source=taxes,
    columns={**{name: _C[name] for name in _SHOWN}, "inclusive": _C.is_inclusive,
             "active": _C.is_active},
    where=(_C.tenant_id == bindparam("tenant_id"),),
    filters={
        "category": _C.category == any_(bindparam("category", type_=ARRAY(Text))),
        "active": _C.is_active == bindparam("active", type_=Boolean),
        "valid_on": or_(_C.valid_from.is_(None), _C.valid_from <= _DAY)
        & or_(_C.valid_to.is_(None), _C.valid_to > _DAY),
    },
    sorts={name: _C[name] for name in ("updated_at", "created_at")},
    default_sort="-updated_at", key=_C.id,
)  # fmt: skip


class TaxRepository(Repository[Tax]):
    """Taxes of the tenant."""

    table = taxes
    row = Tax
    missing = TaxNotFound

    async def has_started(self) -> bool:
        """Whether the tenant was given the taxes it starts with."""
        started: bool = await self.work.fetchval(_HAS_STARTED, tenant_id=self.work.tenant_id)
        return started

    async def start(self) -> bool:
        """Note that it is given them now; False where it was before, waiting for a racing one."""
        return await self.work.fetchrow(_START, tenant_id=self.work.tenant_id) is not None

    async def of(self, ids: Collection[UUID]) -> dict[UUID, Tax]:
        """Those of these taxes that there are."""
        return {one.id: one for one in await self.all(_OF, ids=list(ids))}

    async def asked_of(self, ids: Collection[UUID]) -> Asked:
        """What `of` would ask."""
        return await self.asked(_OF, ids=list(ids))

    async def usable(self, ids: Collection[UUID]) -> set[UUID]:
        """Those of these taxes that there are, and that are in use; locked."""
        rows = await self.work.fetch(_USABLE, tenant_id=self.work.tenant_id, ids=list(ids))
        return {row["id"] for row in rows}

    async def delete(self, row: Tax) -> None:
        try:
            await super().delete(row)
        except asyncpg.ForeignKeyViolationError as error:
            raise TaxInUse() from error
