"""A day's renewals: what one costs, and the memory of who asks and who makes the invoices."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg

from chassis import jobs
from chassis.testing.eventually import eventually
from tests.bench import meter
from tests.bench.bed import Bed, Say, bed
from tests.bench.copying import copy, known_clients
from tests.bench.plan import Plan
from tests.bench.quiet import Quiet
from tests.bench.report import Finding, Report
from tests.bench.rows import Connection

_WHO: Final = ("memberships", "billing")
_SAMPLE_SECONDS: Final = 0.5
_PACKAGE: Final = {
    "name": {"ar": "اشتراك شهري", "en": "Monthly"}, "kind": "membership", "price": "300.00",
    "currency": "SAR", "period": {"unit": "month", "count": 1},
}  # fmt: skip
_FILL: Final = """
create temporary table copies as
select client_id, uuidv7() as membership_id, uuidv7() as period_id
  from unnest($1::uuid[]) as c (client_id)
"""
# Each was paid a month ago, until today.
_MEMBERSHIPS: Final = {
    "id": "s.membership_id", "client_id": "s.client_id", "auto_renew": "true",
    "start_date": "current_date - 30", "covered_from": "current_date - 30",
    "renewal_date": "current_date", "told_status": "'active'", "started_on": "current_date - 30",
    "look_on": "null", "digest": "null",
}  # fmt: skip
_PERIODS: Final = {
    "id": "s.period_id", "membership_id": "s.membership_id", "client_id": "s.client_id",
    "asked_on": "current_date - 30", "state": "'invoiced'", "invoice_id": "null",
    "paid_at": "now()", "granted_at": "now()", "starts_on": "current_date - 30",
    "ends_on": "current_date",
}  # fmt: skip
_INVOICED: Final = """
select count(*) from membership_periods
 where number = 2 and state = 'invoiced' and invoice_id is not null
"""


async def renewing(folder: Path, plan: Plan, report: Report, say: Say) -> None:
    """Fewer and more of them on one day: the peaks of memory, and the CPU of each of the more."""
    fewer, more = plan.renewals
    async with bed(folder, more, say) as one, Quiet(one.stack) as quiet:
        # Once before, so that neither finds anything cold.
        runs = [await _renew(one, quiet, count) for count in (fewer, fewer, more)]
    (_, few, _), (_, many, cpu) = runs[1], runs[2]
    for who in _WHO:
        report.found(Finding(
            f"peak memory of {who}, a day's renewals of {fewer:,} → {more:,} memberships",
            f"**{many[who] / few[who]:.2f} ×** ({few[who]:.0f} → {many[who]:.0f} MB PSS)", "1.2 ×",
        ))  # fmt: skip
    each = cpu * 1000 / more
    report.found(
        Finding("a renewal until all have heard of its invoice, CPU", f"**{each:.1f} ms**")
    )


async def _renew(one: Bed, quiet: Quiet, count: int) -> tuple[int, dict[str, float], float]:
    """How many, the peaks until nothing is left to do, and the CPU seconds of all processes."""
    connection = await asyncpg.connect(one.stack.database_url("memberships", "superuser"))
    try:
        before = await connection.fetchval(_INVOICED)
        spent = meter.cpu_seconds(one.product_roots())
        await _come_due(one, connection, count)
        peaks = await _peaks(one, quiet)
        made = await connection.fetchval(_INVOICED) - before
        assert made == count, (made, count)
    finally:
        await connection.close()
    return count, peaks, meter.cpu_seconds(one.product_roots()) - spent


async def _come_due(one: Bed, connection: Connection, count: int) -> None:
    """Memberships whose last paid day was yesterday, and the job that the clock would ask for."""
    clients = await known_clients(one, connection, count)
    sold = await _sold(one, str(clients[0]))
    await _hear(one, count)
    async with connection.transaction():
        await connection.execute("set local session_replication_role = replica")
        await connection.execute(_FILL, clients)
        like = f"o.id = '{sold}'"
        await copy(connection, "memberships", _MEMBERSHIPS, ("memberships", like))
        like = f"o.membership_id = '{sold}'"
        await copy(connection, "membership_periods", _PERIODS, ("membership_periods", like))
        await connection.execute("drop table copies")
    await connection.execute("vacuum (analyze) memberships, membership_periods")
    asked = jobs.Request("memberships.renew_company", UUID(one.tenant_id), {}, unique="clock")
    await jobs.insert(connection, [asked])


async def _sold(one: Bed, client_id: str) -> str:
    """One that the product sold, and that nobody pays."""
    package = await one.owner.post("/v1/packages", _PACKAGE)
    asked = {"client_id": client_id, "package_id": package["id"]}

    async def made() -> Any:
        answer = await one.owner.ask("POST", "/v1/memberships", json=asked)
        return answer.json() if answer.is_success else None

    return str((await eventually(made))["id"])


async def _hear(one: Bed, count: int) -> None:
    """Billing knows whom it is to bill."""
    connection = await asyncpg.connect(one.stack.database_url("billing", "superuser"))
    try:
        await known_clients(one, connection, count)
    finally:
        await connection.close()


async def _peaks(one: Bed, quiet: Quiet) -> dict[str, float]:
    done = asyncio.create_task(quiet.settled())
    peaks = dict.fromkeys(_WHO, 0.0)
    while not done.done():
        for who in _WHO:
            pids = [each.pid for each in one.stack.replicas(who) if each.pid]
            peaks[who] = max(peaks[who], await asyncio.to_thread(meter.memory_mb, pids))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(done), _SAMPLE_SECONDS)
    await done
    return peaks
