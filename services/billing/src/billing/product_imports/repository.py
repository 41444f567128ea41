"""All SQL of imports of products."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Text, any_, bindparam, case, cast, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from billing.imports.repository import rows_told
from billing.imports.tables import import_rows
from billing.products.tables import products
from billing.taxes.tables import taxes
from chassis.statements import statement
from chassis.work import UnitOfWork

_R: Final = import_rows.c
_url = literal_column("'/v1/products/'", Text) + cast(_R.record_id, Text)
ROWS: Final = rows_told(
    {"product_id": _R.record_id, "url": case((_R.record_id.is_not(None), _url))}
)
_COLUMNS: Final = {"sku": products.c.sku_key, "external_id": products.c.external_id}
_MATCHING: Final = {
    key: statement(
        select(column.label("key"), products.c.id).where(
            products.c.tenant_id == bindparam("tenant_id"),
            column == any_(bindparam("keys", type_=ARRAY(Text))),
        )
    )
    for key, column in _COLUMNS.items()
}
_TAXES: Final = statement(
    select(taxes.c.id, taxes.c.name, taxes.c.rate).where(
        taxes.c.tenant_id == bindparam("tenant_id"), taxes.c.is_active
    )
)


async def matching(work: UnitOfWork, key: str, values: Sequence[str]) -> dict[str, set[UUID]]:
    """The product of each of these values, where there is one."""
    if not values:
        return {}
    rows = await work.fetch(_MATCHING[key], tenant_id=work.tenant_id, keys=list(values))
    return {row["key"]: {row["id"]} for row in rows}


async def taxes_in_use(work: UnitOfWork) -> list[dict[str, Any]]:
    """What rows may be taxed with."""
    return [dict(row) for row in await work.fetch(_TAXES, tenant_id=work.tenant_id)]
