"""Free times of very many staff in one answer: what they cost all processes of the product."""

import statistics
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from tests.bench import meter
from tests.bench.bed import Bed
from tests.bench.plan import Plan
from tests.bench.quiet import Quiet
from tests.bench.report import Finding, Report

_STAFF: Final = 1_000
_DAYS: Final = 30
_SERVICE: Final = {"name": {"ar": "كشف", "en": "Visit"}, "duration_minutes": 30, "slot_minutes": 30}
# Nine to five on weekdays, with a break.
_HOURS: Final = [{
    "days": ["sunday", "monday", "tuesday", "wednesday", "thursday"], "from": "09:00",
    "to": "17:00", "breaks": [{"from": "12:00", "to": "13:00"}],
}]  # fmt: skip
_FILL: Final = """
with staff as (
    insert into staff_hours (tenant_id, id, version, created_at, updated_at, hours, buffer_before,
                             buffer_after, works_on_holidays)
    select $1, uuidv7(), 1, now(), now(), $3::jsonb, 0, 0, false from generate_series(1, $4)
    returning id
), busy as (
    insert into claims (tenant_id, holder_id, subject_id, holder_kind, starts_at, ends_at)
    select $1, uuidv7(), staff.id, 'appointment', at, at + interval '1 hour'
      from staff, generate_series(0, $6 - 1) as day, unnest(array[7, 11]) as hour,
           lateral (select $5::timestamptz + interval '24 hours' * day + interval '1 hour' * hour)
                   as begins(at)
)
update booking_services
   set staff_ids = (select array_agg(id) from staff)
 where tenant_id = $1 and id = $2
"""


async def slots(one: Bed, plan: Plan, report: Report) -> None:
    """A month of a thousand people, each taken twice a day."""
    service = await one.owner.post("/v1/booking-services", _SERVICE)
    first = (datetime.now(UTC) + timedelta(days=7)).replace(hour=0, minute=0, second=0)
    await _fill(one, UUID(service["id"]), first.replace(microsecond=0))
    asked = {
        "service_id": service["id"], "date_from": first.date().isoformat(),
        "date_to": (first + timedelta(days=_DAYS)).date().isoformat(),
    }  # fmt: skip
    async with Quiet(one.stack):
        # Once before, so that nothing is found cold.
        costs = [await _cost(one, asked) for _ in range(plan.rounds + 1)]
    spent = statistics.median(costs[1:])
    report.found(Finding(
        f"free times of {_STAFF:,} staff for {_DAYS} days in one answer, CPU",
        f"**{spent:.2f} s**", "1 s",
    ))  # fmt: skip


async def _fill(one: Bed, service_id: UUID, first: datetime) -> None:
    connection = await asyncpg.connect(one.stack.database_url("scheduling", "superuser"))
    try:
        await connection.execute(
            _FILL, UUID(one.tenant_id), service_id, orjson.dumps(_HOURS).decode(), _STAFF, first,
            _DAYS,
        )  # fmt: skip
        await connection.execute("vacuum (analyze) claims, staff_hours, booking_services")
    finally:
        await connection.close()


async def _cost(one: Bed, asked: dict[str, str]) -> float:
    """The CPU seconds of all processes for one answer, the gateway's too."""
    before = meter.cpu_seconds(one.product_roots())
    answer = await one.owner.ask("GET", "/v1/slots", params=asked)
    assert answer.is_success and answer.json()["items"], answer.text[:200]
    return meter.cpu_seconds(one.product_roots()) - before
