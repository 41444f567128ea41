"""How PostgreSQL answers what is owed among 30,000 paid invoices, asked by the app role."""

import re
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import asyncpg
import pytest

from billing.app import MIGRATIONS, TABLES
from billing.reports.use_cases.figures import receivables_report
from billing.settings import Settings
from chassis.caller import Caller, system
from chassis.database import Database
from chassis.ids import new_id
from chassis.paging import Paging
from chassis.statements import Statement
from chassis.testing.databases import Databases
from chassis.testing.harness import environment

_INVOICES = """
insert into invoices (tenant_id, id, version, created_at, updated_at, status, currency, issue_date,
    due_date, lines, taxes, subtotal_minor, discount_minor, shipping_minor, tax_minor,
    rounding_minor, total_minor, deposit_minor, created_by, digest, paid_minor, credited_minor,
    written_off_minor, is_overdue_told, home_currency, home_total_minor, home_tax_minor, client_id,
    views, home_paid_minor)
select $1::uuid, uuidv7(), 1, now(), now(), case when n % 100 = 0 then 'issued' else 'paid' end,
    'SAR', '2026-01-01', '2026-02-01', '[]', '[]', 100, 0, 0, 0, 0, 100, 0, 'user:1', '',
    case when n % 100 = 0 then 0 else 100 end, 0, 0, true, 'SAR', 100, 0, gen_random_uuid(), 0,
    case when n % 100 = 0 then 0 else 100 end
  from generate_series(1, $2::int) n
"""
_PAYMENTS = """
insert into payments (tenant_id, id, version, created_at, updated_at, method, status, currency,
    amount_minor, allocated_minor, refunded_minor, drawn_minor, received_at, created_by, digest,
    client_id, refunding_minor, home_allocated_minor)
select $1::uuid, uuidv7(), 1, now(), now(), 'cash', 'received', 'SAR', 100,
    case when n % 100 = 0 then 0 else 100 end, 0, 0, now(), 'user:1', '', gen_random_uuid(), 0,
    case when n % 100 = 0 then 0 else 100 end
  from generate_series(1, $2::int) n
"""


@pytest.fixture(scope="module")
async def database(databases: Databases) -> AsyncIterator[tuple[Database, Caller]]:
    """30,000 invoices and payments of one company, one of a hundred open."""
    urls = await databases.create("billing", MIGRATIONS, TABLES)
    tenant_id = new_id()
    owner = await asyncpg.connect(urls.owner)
    for query in (_INVOICES, _PAYMENTS):
        await owner.execute(query, tenant_id, 30_000)
        await owner.execute(query, new_id(), 2_000)
    for table in ("invoices", "payments", "ledger_entries"):
        await owner.execute(f"vacuum analyze {table}")
    await owner.close()
    opened = Database(Settings(**environment(urls, "nats://-", "redis://-")))
    await opened.open()
    yield opened, system(tenant_id, "billing")
    await opened.close()


async def test_ageing_reads_what_is_open_alone(database: tuple[Database, Caller]) -> None:
    """BI-13: by the indexes of open invoices and of payments with something left."""
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
        report = await receivables_report(work, Paging(), {"as_of": date(2999, 1, 1)})
    [total] = report["totals"]
    assert (total["due"], total["credit"]) == ("300.00", "300.00")
    for plan in plans[-2:]:
        assert re.search(
            r"Index (Only )?Scan using ix_invoices_(due|owed|owed_created) on invoices", plan
        ), plan
        assert "Index Scan using ix_payments_left on payments" in plan, plan
        assert "Seq Scan on invoices" not in plan and "Seq Scan on payments" not in plan
