"""Copies of rows that the product wrote, with what is each one's own, without their events."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

import asyncpg

from tests.bench.bed import Bed
from tests.bench.rows import Connection

_COPY: Final = """
insert into {table} ({columns}) select {values} from {source} o, copies s where {which}
"""
_COLUMNS: Final = """
select array_agg(quote_ident(attname)) from pg_attribute
 where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
"""
_INDEXES: Final = """
select 'drop index ' || indexname as dropped, indexdef as made from pg_indexes
 where schemaname = 'public' and tablename = $1 and not exists (
       select from pg_constraint where conindid = indexname::regclass)
union all
select format('alter table %s drop constraint %s', $1, conname),
       format('alter table %s add constraint %s %s', $1, conname, pg_get_constraintdef(oid))
  from pg_constraint where conrelid = $1::regclass and contype = 'u'
"""
_KNOWN: Final = """
insert into client_refs ({columns}) select {columns} from heard
    on conflict (tenant_id, id) do nothing
"""


async def known_clients(bed: Bed, connection: Connection, count: int) -> list[UUID]:
    """Some of the clients, of whom the service has heard."""
    theirs = await asyncpg.connect(bed.stack.database_url("clients", "superuser"))
    tenant_id = UUID(bed.tenant_id)
    try:
        found = await theirs.fetch(
            "select tenant_id, id, version, name, code, folder_id from clients"
            " where tenant_id = $1 order by serial limit $2", tenant_id, count,
        )  # fmt: skip
    finally:
        await theirs.close()
    columns = list(found[0].keys())
    await connection.execute("create temporary table heard (like client_refs including defaults)")
    records = [tuple(row) for row in found]
    await connection.copy_records_to_table("heard", records=records, columns=columns)
    await connection.execute(_KNOWN.format(columns=", ".join(columns)))
    await connection.execute("drop table heard")
    await connection.execute("vacuum (analyze) client_refs")
    return [row["id"] for row in found]


async def copy(
    connection: Connection, table: str, other: Mapping[str, str], like: tuple[str, str],
    *values: object,
) -> None:  # fmt: skip
    """For each row of the temporary table `copies` (`s`) rows like those (`o`: of which source,
    which of them), with other values in some columns."""
    columns = await connection.fetchval(_COLUMNS, table)
    statement = _COPY.format(
        table=table, columns=", ".join(columns), source=like[0], which=like[1],
        values=", ".join(other.get(one, f"o.{one}") for one in columns),
    )  # fmt: skip
    await connection.execute(statement, *values)


@asynccontextmanager
async def without_indexes(connection: Connection, table: str) -> AsyncIterator[None]:
    """Made afterwards, they take a tenth of the time."""
    indexes = await connection.fetch(_INDEXES, table)
    for index in indexes:
        await connection.execute(index["dropped"])
    yield
    for index in indexes:
        await connection.execute(index["made"])
    await connection.execute(f"vacuum (analyze) {table}")
