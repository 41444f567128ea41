"""Row-level security alone: what a service's own role reads when another tenant asks."""

from typing import Any

import asyncpg

from local.stack import Stack
from tests.shelves import Stage

_READABLE = """
select c.oid::regclass::text from pg_class c join pg_attribute a on a.attrelid = c.oid
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
   and not c.relispartition and a.attname = 'tenant_id' and has_table_privilege(c.oid, 'select')
"""
_CHANGEABLE = (
    _READABLE + " and c.relkind in ('r', 'p') and has_any_column_privilege(c.oid, 'update')"
)
_ASK_AS = "select set_config('app.tenant', $1, true)"


async def counted(connection: Any, table: str, tenant: str, where: str, value: str) -> int:
    """How many rows there are, inside a tenant or, with an empty one, inside none."""
    async with connection.transaction():
        await connection.execute(_ASK_AS, tenant)
        query = f"select count(*) from {table} where {where}"
        found: int = await connection.fetchval(query, value)
        return found


async def test_no_table_shows_one_tenant_to_another(stack: Stack, stage: Stage) -> None:
    """GW-04: real rows of one company, read and changed with another one set, and with none."""
    mine, other = stage.base.ids["tenant_id"], stage.stranger.person.tenant["id"]
    with_rows = set()
    for service in stack.names:
        whole = await asyncpg.connect(stack.database_url(service, "superuser"))
        app = await asyncpg.connect(stack.database_url(service, "app"))
        try:
            for table in [row[0] for row in await app.fetch(_READABLE)]:
                if await whole.fetchval(f"select true from {table} where tenant_id = $1 limit 1",
                                        mine):  # fmt: skip
                    with_rows.add(f"{service}.{table}")
                assert not await counted(app, table, other, "tenant_id = $1::uuid", mine), table
                assert not await counted(app, table, other, "tenant_id <> $1::uuid", other), table
                assert not await counted(app, table, "", "$1 = ''", ""), table
            for table in [row[0] for row in await app.fetch(_CHANGEABLE)]:
                assert await _changes(app, table, mine, other) == "UPDATE 0", table
        finally:
            await whole.close()
            await app.close()
    assert len(with_rows) > 25, with_rows


async def _changes(connection: Any, table: str, mine: str, other: str) -> str:
    async with connection.transaction():
        await connection.execute(_ASK_AS, other)
        change = f"update {table} set tenant_id = tenant_id where tenant_id = $1"
        try:
            done: str = await connection.execute(change, mine)
        except asyncpg.InsufficientPrivilegeError:
            return "UPDATE 0"
        return done
