"""Taking over the state of others: many rows in one statement, an older version changes nothing."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Table, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from chassis.statements import Statement, statement
from chassis.work import UnitOfWork

# A snapshot of a large tenant goes in pieces, so that no statement grows without bound.
PIECE: Final = 1_000


def upsert(
    table: Table, version: str = "version", *, only: Sequence[str] = (), or_same: bool = False
) -> Statement:
    """Insert or update the rows of `:rows`, a JSON list of objects named as the columns.

    `version` is the column by which an older state is recognised, and left alone, or the same one
    but for `or_same`; `only` limits what is written, where the rest of a row follows another
    version.
    """
    keys = [c.name for c in table.primary_key if c.name != "tenant_id"]
    written = [c for c in table.columns if c.name in only or not only]
    names = [c.name for c in written if c.name not in ("tenant_id", *keys)]
    typed = [column(name, table.c[name].type) for name in (*keys, *names)]
    rows = func.jsonb_to_recordset(bindparam("rows", type_=JSONB)).table_valued(*typed, name="r")
    given = rows.render_derived(with_types=True)
    tenant_id = bindparam("tenant_id", type_=table.c.tenant_id.type)
    put = insert(table).from_select(
        ["tenant_id", *keys, *names],
        select(tenant_id, *given.c).order_by(*(given.c[k] for k in keys)),
    )
    known, told = table.c[version], put.excluded[version]
    return statement(
        put.on_conflict_do_update(
            index_elements=["tenant_id", *keys],
            set_={name: put.excluded[name] for name in names},
            where=known <= told if or_same else known < told,
        )
    )


async def remember(work: UnitOfWork, query: Statement, rows: Sequence[dict[str, Any]]) -> None:
    """Run an `upsert` for the rows, of which each key occurs once."""
    for start in range(0, len(rows), PIECE):
        piece = list(rows[start : start + PIECE])
        await work.execute(query, tenant_id=work.tenant_id, rows=piece)
