"""How PostgreSQL finds a few among 30,000 invoices of one company, asked by the app role."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from billing.app import MIGRATIONS, TABLES
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.repository.shown import LIST
from billing.invoices.schemas import InvoiceFilters
from billing.settings import Settings
from chassis.caller import Caller, system
from chassis.database import Database
from chassis.ids import new_id
from chassis.paging import Paging
from chassis.statements import Statement
from chassis.testing.databases import Databases
from chassis.testing.harness import environment

_FILL = """
insert into invoices (tenant_id, id, version, created_at, updated_at, status, number, series_id,
    issued_at, currency, issue_date, lines, taxes, subtotal_minor, discount_minor, shipping_minor,
    tax_minor, rounding_minor, total_minor, deposit_minor, created_by, digest, paid_minor,
    credited_minor, written_off_minor, is_overdue_told, home_currency, home_total_minor,
    home_tax_minor, client_id, views, home_paid_minor, for_client_id)
select $1::uuid, uuidv7(), 1, at, at,
    case when n % 300 = 0 then 'issued' else 'paid' end, 'INV-' || lpad(n::text, 6, '0'),
    $1::uuid, at, 'SAR', at::date, '[]', '[]', 100, 0, 0, 0, 0, 100, 0, 'user:1', '',
    case when n % 300 = 0 then 0 else 100 end, 0, 0, true, 'SAR', 100, 0,
    gen_random_uuid(), 0, 100, case when n % 20 = 0 then gen_random_uuid() end
  from generate_series(1, $2::int) n, lateral (select now() - n * interval '1 minute' as at) one
"""


@pytest.fixture(scope="module")
async def database(databases: Databases) -> AsyncIterator[tuple[Database, Caller]]:
    """30,000 invoices of one company, one a minute, all but 100 paid; and 2,000 of another."""
    urls = await databases.create("billing", MIGRATIONS, TABLES)
    tenant_id = new_id()
    owner = await asyncpg.connect(urls.owner)
    for tenant, count in ((tenant_id, 30_000), (new_id(), 2_000)):
        await owner.execute(_FILL, tenant, count)
    await owner.execute("vacuum analyze invoices")
    await owner.close()
    opened = Database(Settings(**environment(urls, "nats://-", "redis://-")))
    await opened.open()
    yield opened, system(tenant_id, "billing")
    await opened.close()


async def _plan(database: tuple[Database, Caller], **given: Any) -> str:
    """How a page with these filters is found, in the transaction in which it is."""
    plans: list[str] = []
    opened, caller = database
    async with opened.work(caller) as work:
        values = await InvoiceRepository(work).scope_values()
        fetch = work.fetch

        async def watched(statement: Statement, **values: Any) -> list[Any]:
            connection = await work.connection()
            rows = await connection.fetch(f"explain {statement.sql}", *statement.arguments(values))
            plans.append("\n".join(row[0] for row in rows))
            return await fetch(statement, **values)

        work.fetch = watched  # type: ignore[method-assign]
        await LIST.page(work, Paging(), given, **values)
    return "\n".join(plans)


async def test_a_filter_that_finds_few_is_driven_by_its_index(
    database: tuple[Database, Caller],
) -> None:
    """BI-14, CL-64: an hour of a month, a number, what it begins with, and whom it is about."""
    now = datetime.now(UTC)
    hour = {"from": now - timedelta(days=9), "to": now - timedelta(days=9, hours=-1)}
    for index, given in (
        ("ix_invoices_issued", {f"issued_{end}": at for end, at in hour.items()}),
        ("ix_invoices_updated", {f"updated_{end}": at for end, at in hour.items()}),
        ("ix_invoices_number", {"number": ["INV-000777"]}),
        ("ix_invoices_number", {"number_prefix": "INV-00077"}),
        ("ix_invoices_for_client", {"for_client_id": [new_id()]}),
    ):  # fmt: skip
        plan = await _plan(database, **given)
        assert index in plan, plan
        assert "Seq Scan on invoices" not in plan, plan


@pytest.mark.parametrize("states", [["overdue"], ["issued", "partially_paid"]])
async def test_what_is_owed_is_found_among_what_is_open(
    database: tuple[Database, Caller], states: list[str]
) -> None:
    """BI-14: by the few that are, however many were paid."""
    plan = await _plan(database, **InvoiceFilters.model_validate({"status": states}).given())
    assert re.search(r"using ix_invoices_(owed|due)", plan), plan
    assert "ix_invoices_created" not in plan and "Seq Scan on invoices" not in plan, plan


def test_only_states_of_what_is_owed_narrow_it_to_that() -> None:
    for states in (["overdue", "paid"], ["void"], ["draft", "issued"]):
        assert "is_owed" not in InvoiceFilters.model_validate({"status": states}).given()
