"""All SQL of imports of credit."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import Text, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.statements import statement
from chassis.work import UnitOfWork
from memberships.credit.tables.ledger import credit_lots
from memberships.credit_types.tables import credit_types
from memberships.imports.repository import rows_told
from memberships.imports.rules import Known, known

ROWS: Final = rows_told("credit_charge_id")
_L: Final = credit_lots.c
_T: Final = credit_types.c
_TYPES: Final = statement(
    select(_T.id, _T.name).where(_T.tenant_id == bindparam("tenant_id"), _T.is_active)
)
_TAKEN: Final = statement(
    select(_L.external_id).where(
        _L.tenant_id == bindparam("tenant_id"), _L.taken_back_at.is_(None),
        _L.external_id == any_(bindparam("external_ids", type_=ARRAY(Text))),
    )
)  # fmt: skip


async def types_in_use(work: UnitOfWork) -> Known:
    """What credit may be counted in."""
    rows = await work.fetch(_TYPES, tenant_id=work.tenant_id)
    return known((row["id"], row["name"], None) for row in rows)


async def taken(work: UnitOfWork, external_ids: Collection[str]) -> set[str]:
    """Those of them that charges have which still stand."""
    if not external_ids:
        return set()
    rows = await work.fetch(_TAKEN, tenant_id=work.tenant_id, external_ids=list(external_ids))
    return {row["external_id"] for row in rows}
