"""The database as migrated, against the tables as declared."""

import asyncio

import asyncpg
from alembic import command

from chassis.ids import new_id
from chassis.migrations import config, is_up_to_date
from chassis.testing.databases import Databases
from scheduling.app import MIGRATIONS, TABLES
from scheduling.tasks.rules import NOBODY

_TASK = """
insert into tasks (tenant_id, id, version, created_at, updated_at, title, assignee_ids, priority,
    kind, state, created_by, digest)
values ($1, $2, 1, now(), now(), 'x', $3, 'normal', 'task', $4, 'user:1', '')
"""
_FOLLOW_UP = """
insert into follow_ups (tenant_id, id, version, created_at, updated_at, client_id, state,
    staff_ids, appointment_id, rights, created_by, digest)
values ($1, $2, 1, now(), now(), $1, $4, $3, $5, '{}', $6, '')
"""


async def test_the_migrations_make_what_the_tables_say(databases: Databases) -> None:
    urls = await databases.create("scheduling", MIGRATIONS, TABLES)
    assert await asyncio.to_thread(is_up_to_date, urls.owner, MIGRATIONS, TABLES)


async def test_whose_work_was_there_before_is_found(databases: Databases) -> None:
    """WE-17: a trigger keeps what is written from then on."""
    urls = await databases.empty("scheduling")
    made = config(urls.owner, MIGRATIONS, TABLES)
    await asyncio.to_thread(command.upgrade, made, "0119-1")
    owner = await asyncpg.connect(urls.owner)
    some = {name: new_id() for name in ("tenant", "hind", "sara", "both", "none", "done")}
    tenant, hind, sara = (some[name] for name in ("tenant", "hind", "sara"))
    for name, whose, state in (
        ("both", [hind, sara, hind], "open"), ("none", [], "open"), ("done", [hind], "done"),
    ):  # fmt: skip
        await owner.execute(_TASK, tenant, some[name], whose, state)
    kept = {
        one: [new_id(), whose, state, appointment]
        for one, whose, state, appointment in (
            ("staffed", [sara], "open", None), ("made", [], "pending", None),
            ("over", [sara], "done", None), ("timed", [sara], "open", new_id()),
        )
    }  # fmt: skip
    for values in kept.values():
        await owner.execute(_FOLLOW_UP, tenant, *values, f"user:{hind}")
    await asyncio.to_thread(command.upgrade, made, "head")
    found = await owner.fetch("select task_id, user_id, is_live from task_assignees")
    assert {tuple(row) for row in found} == {
        (some["both"], hind, True), (some["both"], sara, True), (some["none"], NOBODY, True),
        (some["done"], hind, False),
    }  # fmt: skip
    found = await owner.fetch("select follow_up_id, user_id from follow_up_staff")
    expected = {(kept["staffed"][0], sara), (kept["made"][0], hind)}
    assert {tuple(row) for row in found} == expected
    await owner.execute("delete from tasks")
    await owner.execute("update follow_ups set state = 'cancelled'")
    for table in ("task_assignees", "follow_up_staff"):
        assert await owner.fetchval(f"select count(*) from {table}") == 0
    await owner.close()
