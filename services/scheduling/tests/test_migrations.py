"""The database as migrated, against the tables as declared."""

import asyncio

from chassis.migrations import is_up_to_date
from chassis.testing.databases import Databases
from scheduling.app import MIGRATIONS, TABLES


async def test_the_migrations_make_what_the_tables_say(databases: Databases) -> None:
    urls = await databases.create("scheduling", MIGRATIONS, TABLES)
    assert await asyncio.to_thread(is_up_to_date, urls.owner, MIGRATIONS, TABLES)
