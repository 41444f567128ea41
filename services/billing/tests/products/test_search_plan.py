"""How PostgreSQL answers a search among 30,000 products of one company, asked by the app role."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from billing.app import MIGRATIONS, TABLES
from billing.products.repository import page_of_products
from billing.products.rules import patterns
from billing.settings import Settings
from chassis.caller import Caller, system
from chassis.database import Database
from chassis.ids import new_id
from chassis.paging import Paging
from chassis.statements import Statement
from chassis.testing.databases import Databases
from chassis.testing.harness import environment

_FILL = """
insert into products (tenant_id, id, version, created_at, updated_at, name, kind, sku, sku_key,
                      prices, is_active)
select $1::uuid, uuidv7(), 1, now(), now() - n * interval '1 second',
       jsonb_build_object('ar', 'منتج ' || md5(n::text)), 'product', 'P-' || n, 'p-' || n, '{}',
       true
  from generate_series(1, $2::int) as n
"""


@pytest.fixture(scope="module")
async def database(databases: Databases) -> AsyncIterator[tuple[Database, Caller]]:
    """30,000 products of one company and 2,000 of another."""
    urls = await databases.create("billing", MIGRATIONS, TABLES)
    tenant_id = new_id()
    owner = await asyncpg.connect(urls.owner)
    for tenant, count in ((tenant_id, 30_000), (new_id(), 2_000)):
        await owner.execute(_FILL, tenant, count)
    await owner.execute("vacuum analyze products")
    await owner.close()
    opened = Database(Settings(**environment(urls, "nats://-", "redis://-")))
    await opened.open()
    yield opened, system(tenant_id, "billing")
    await opened.close()


async def _plan(database: tuple[Database, Caller], **filters: Any) -> str:
    """How a list with these filters is found, in the transaction in which it is."""
    plans: list[str] = []
    opened, caller = database
    async with opened.work(caller) as work:
        fetch = work.fetch

        async def watched(statement: Statement, **values: Any) -> list[Any]:
            connection = await work.connection()
            rows = await connection.fetch(f"explain {statement.sql}", *statement.arguments(values))
            plans.append("\n".join(row[0] for row in rows))
            return await fetch(statement, **values)

        work.fetch = watched  # type: ignore[method-assign]
        await page_of_products(work, Paging(), filters)
    return "\n".join(plans)


@pytest.mark.parametrize(
    ("typed", "condition"),
    [
        ("c4ca4238", "folded ~~ '%c4ca4238%'"), ("مُنتج C4CA4238a", "folded ~~ '%c4ca4238a%'"),
        ("p-29999", "folded ~~ '%p-29999%'"),
    ],
)  # fmt: skip
async def test_a_search_is_driven_by_its_index(
    database: tuple[Database, Caller], typed: str, condition: str
) -> None:
    """BI-10, CL-06: both the company and the longest word are conditions of the one index."""
    plan = await _plan(database, q=patterns(typed))
    scan = plan[plan.index("Bitmap Index Scan on ix_products_search") :].splitlines()[1]
    assert "Index Cond" in scan and condition in scan and "tenant_id" in scan
    assert "Seq Scan" not in plan


async def test_a_page_of_the_whole_catalogue_reads_no_more_than_itself(
    database: tuple[Database, Caller],
) -> None:
    plan = await _plan(database)
    assert "ix_products_updated" in plan and "Seq Scan" not in plan
