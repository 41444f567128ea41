"""All SQL of causes."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import Boolean, Text, any_, bindparam, func, insert, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from billing.causes.tables import CauseRow, causes
from chassis.rows import rows_of, written
from chassis.statements import statement
from chassis.tables import written_columns
from chassis.work import UnitOfWork
from refs.visibility import about_visible_client, sight_of

_C: Final = causes.c
_NAMES: Final = [one.name for one in written_columns(causes)]
# Of a visible client; of a walk-in sale its maker's, and of who sees all.
_IS_SEEN: Final = about_visible_client(_C.client_id) & or_(
    _C.client_id.is_not(None), bindparam("sees_all", type_=Boolean),
    _C.created_by == bindparam("principal", type_=Text),
)  # fmt: skip
_KNOWN: Final = statement(
    select(*written_columns(causes), func.coalesce(_IS_SEEN, False).label("is_seen")).where(
        _C.tenant_id == bindparam("tenant_id"),
        _C.cause == any_(bindparam("keys", type_=ARRAY(Text))),
    )
)
_ADD: Final = statement(insert(causes).from_select(_NAMES, select(*rows_of(causes, _NAMES).c)))


async def known(work: UnitOfWork, keys: Collection[str]) -> dict[str, tuple[CauseRow, bool]]:
    """Those of the causes that were answered before, and whether the caller may have that."""
    values = {**(await sight_of(work)).values(), "principal": work.caller.principal}
    rows = await work.fetch(_KNOWN, tenant_id=work.tenant_id, keys=list(keys), **values)
    return {row["cause"]: _read(dict(row)) for row in rows}


async def add(work: UnitOfWork, rows: Collection[Mapping[str, Any]]) -> None:
    """Keep what was answered."""
    if rows:
        await work.execute(_ADD, rows=[written(one) for one in rows])


def _read(values: dict[str, Any]) -> tuple[CauseRow, bool]:
    is_seen = values.pop("is_seen")
    return CauseRow(**values), is_seen
