"""How PostgreSQL finds one's own among 30,000 tasks of one company, asked by the app role."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from chassis.caller import Caller, system
from chassis.database import Database
from chassis.ids import new_id
from chassis.paging import Paging
from chassis.statements import Statement
from chassis.testing.databases import Databases
from chassis.testing.harness import environment
from chassis.work import UnitOfWork
from scheduling.app import MIGRATIONS, TABLES
from scheduling.settings import Settings
from scheduling.tasks.repository.reading import count_tasks, page_of_tasks
from scheduling.tasks.repository.rows import TaskRepository
from scheduling.tasks.rules import LIVE, NOBODY

_FILL = """
insert into tasks (tenant_id, id, version, created_at, updated_at, title, assignee_ids, due_at,
    priority, kind, state, created_by, digest)
select $1::uuid, uuidv7(), 1, now(), now(), 'x',
    case when n % 100 = 0 then array[$3::uuid] when n % 100 = 1 then '{}'::uuid[]
         else array[('00000000-0000-7000-8000-' || lpad((n % 97)::text, 12, '0'))::uuid] end,
    now() + n * interval '1 minute', 'normal', 'task',
    case when n % 3 = 0 then 'open' else 'done' end, 'user:1', ''
  from generate_series(1, $2::int) n
"""


@pytest.fixture(scope="module")
async def database(databases: Databases) -> AsyncIterator[tuple[Database, Caller, UUID]]:
    """30,000 tasks of one company, 300 of which are somebody's; and 2,000 of another."""
    urls = await databases.create("scheduling", MIGRATIONS, TABLES)
    tenant_id, user_id = new_id(), new_id()
    owner = await asyncpg.connect(urls.owner)
    for tenant, count in ((tenant_id, 30_000), (new_id(), 2_000)):
        await owner.execute(_FILL, tenant, count, user_id)
    await owner.execute("vacuum analyze tasks, task_assignees")
    await owner.close()
    opened = Database(Settings(**environment(urls, "nats://-", "redis://-")))
    await opened.open()
    caller = replace(system(tenant_id, "scheduling"), user_id=user_id)
    yield opened, caller, user_id
    await opened.close()


async def _watch(work: UnitOfWork) -> list[str]:
    """How each of what is asked from now on is found."""
    plans: list[str] = []
    fetch, connection = work.fetch, await work.connection()

    async def watched(statement: Statement, **values: Any) -> list[Any]:
        rows = await connection.fetch(f"explain {statement.sql}", *statement.arguments(values))
        plans.append("\n".join(row[0] for row in rows))
        return await fetch(statement, **values)

    work.fetch = watched  # type: ignore[method-assign]
    return plans


@pytest.mark.parametrize("state", [(), LIVE, ("done",)])
async def test_ones_own_are_found_by_who_does_them(
    database: tuple[Database, Caller, UUID], state: tuple[str, ...]
) -> None:
    """WE-17: in their order, those that are not done without those that are; also nobody's."""
    opened, caller, user_id = database
    narrowed = {"state": list(state)} if state else {}
    for asked in ([user_id], [NOBODY], [user_id, NOBODY]):
        async with opened.work(caller) as work:
            plans = await _watch(work)
            given = {"assignee_id": asked, **narrowed}
            await page_of_tasks(work, Paging(), given)
            await count_tasks(work, given)
        for plan in plans[-2:]:
            assert "_task_assignees" in plan and "Seq Scan on task" not in plan, plan
            assert ("ix_task_assignees_live" in plan) == (state == LIVE and len(asked) == 1), plan
        if len(asked) == 1:
            assert "Sort" not in plans[-2].partition("Limit")[2].partition("Nested Loop")[0]


async def test_what_somebody_hands_over_is_found_by_them(
    database: tuple[Database, Caller, UUID],
) -> None:
    opened, caller, user_id = database
    async with opened.work(caller) as work:
        plans = await _watch(work)
        some = await TaskRepository(work).still_of(user_id, UUID(int=0), 500)
    assert len(some) == 100
    assert "ix_task_assignees_live" in plans[-1] and "Seq Scan on task" not in plans[-1], plans[-1]
