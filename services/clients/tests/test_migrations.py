"""The database as migrated, against the tables as declared."""

import asyncio
import shutil
from pathlib import Path

import asyncpg

from chassis.ids import new_id
from chassis.migrations import is_up_to_date, migrate
from chassis.testing.databases import Databases
from clients.app import MIGRATIONS, TABLES


async def test_the_migrations_make_what_the_tables_say(databases: Databases) -> None:
    urls = await databases.create("clients", MIGRATIONS, TABLES)
    assert await asyncio.to_thread(is_up_to_date, urls.owner, MIGRATIONS, TABLES)


_MANY = """
insert into clients (tenant_id, id, version, created_at, updated_at, serial, code, code_key, kind,
                     type, name, folder_id, status_id, tags, phones, emails, addresses, links,
                     staff, source, is_archived, phone_keys, email_keys, staff_ids, editor_ids,
                     external_id, merged_into)
select $1, id, 1, now() + n * interval '1 second', now(), n, n::text, n::text, 'client',
       'individual', 'x', id, id, '{}', '[]', '[]', '[]', '[]', '[]', 'x', is_archived,
       '{}', '{}', '{}', '{}', 'crm', case when is_merged then id end
  from unnest($2::uuid[], $3::bool[], $4::bool[]) with ordinality
       one (id, is_archived, is_merged, n)
"""


async def test_who_had_one_external_id_keeps_it_and_nobody_else_gets_it(
    databases: Databases, tmp_path: Path
) -> None:
    """CL-22: of those alive the oldest has it for itself; who is archived or merged has it too."""
    shutil.copytree(MIGRATIONS, tmp_path / "before")
    for later in (tmp_path / "before" / "versions").glob("00*.py"):
        if later.name >= "0032":
            later.unlink()
    urls = await databases.empty("clients")
    await asyncio.to_thread(migrate, urls.owner, tmp_path / "before", TABLES)
    ids, tenant_id = [new_id() for _ in range(6)], new_id()
    connection = await asyncpg.connect(databases.superuser_of(urls))
    await connection.execute("set session_replication_role = replica")
    archived, merged = [n in (0, 3) for n in range(6)], [n in (1, 4) for n in range(6)]
    await connection.execute(_MANY, tenant_id, ids, archived, merged)
    await asyncio.to_thread(migrate, urls.owner, MIGRATIONS, TABLES)
    rows = await connection.fetch("select id from clients where shares_external_id")
    await connection.close()
    assert [row["id"] for row in rows] == [ids[5]]
