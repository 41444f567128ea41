"""Free times of very many staff in one answer: what they cost all processes of the product; and of
a few, beside the ceiling."""

import statistics
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import httpx
import orjson

from tests.bench import load, meter
from tests.bench.bed import Bed
from tests.bench.beside import Authorization, compared, headers
from tests.bench.ceiling_server import CeilingServer
from tests.bench.diary import diary
from tests.bench.load import MakeRequest
from tests.bench.plan import Plan
from tests.bench.quiet import Quiet
from tests.bench.report import Comparison, Finding, Report

_STAFF: Final = 1_000
_FEW: Final = 10
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
), known as (
    insert into identity_users (tenant_id, id, version, name, email, locale, team_ids, is_active)
    select $1, id, 1, 'موظف', id || '@example.com', 'ar', '{}', true from staff
), busy as (
    insert into claims (tenant_id, holder_id, subject_id, holder_kind, starts_at, ends_at)
    select $1, uuidv7(), staff.id, 'appointment', at, at + interval '1 hour'
      from staff, generate_series(0, $6 - 1) as day, unnest(array[7, 11]) as hour,
           lateral (select $5::timestamptz + interval '24 hours' * day + interval '1 hour' * hour)
                   as begins(at)
)
update booking_services
   set staff_ids = (array(select id from staff))[1:case id when $2 then $4 else $7 end]
 where tenant_id = $1 and id in ($2, $8)
"""


class Rota(CeilingServer):
    """The ceiling of free times."""

    path = "/ceiling/rota"
    module = "tests.bench.rota"
    service = "scheduling"


async def slots(one: Bed, plan: Plan, report: Report) -> None:
    """A month of a thousand people, each taken twice a day; then of ten, beside the ceiling."""
    many, few = [(await one.owner.post("/v1/booking-services", _SERVICE))["id"] for _ in range(2)]
    first = (datetime.now(UTC) + timedelta(days=7)).replace(hour=0, minute=0, second=0)
    await _fill(one, UUID(many), UUID(few), first.replace(microsecond=0))
    async with Quiet(one.stack):
        # Once before, so that nothing is found cold.
        costs = [await _cost(one, _asked(many, first)) for _ in range(plan.rounds + 1)]
    spent = statistics.median(costs[1:])
    report.found(Finding(
        f"free times of {_STAFF:,} staff for {_DAYS} days in one answer, CPU",
        f"**{spent:.2f} s**", "1 s",
    ))  # fmt: skip
    report.compared(await _beside(one, plan, _asked(few, first)))


async def _beside(one: Bed, plan: Plan, asked: dict[str, str]) -> Comparison:
    """The same rules on the same rows in a bare application."""

    def lists(base: str, authorization: Authorization) -> MakeRequest:
        path = f"{base}/slots?{urlencode(asked)}"
        return lambda _: load.request("GET", path, headers(authorization))

    rota = Rota(one.stack, one.tenant_id)
    await rota.start()
    try:
        await rota.open_route()
        await _check_same(one, rota, asked)
        what = f"free times of {_FEW} staff for {_DAYS} days"
        return await compared(one, rota, plan, what, lists, ("0.6", ""))
    finally:
        await rota.stop()


async def _check_same(one: Bed, rota: Rota, asked: dict[str, str]) -> None:
    """Both say the same is free."""
    said = await one.owner.ask("GET", "/v1/slots", params=asked)
    async with httpx.AsyncClient(base_url=one.stack.url) as http:
        token = {"Authorization": f"Bearer {rota.token}"}
        bare = await http.get(rota.path, params=asked, headers=token)
    assert said.json() == bare.json()


def _asked(service_id: str, first: datetime) -> dict[str, str]:
    return {
        "service_id": service_id, "date_from": first.date().isoformat(),
        "date_to": (first + timedelta(days=_DAYS)).date().isoformat(),
    }  # fmt: skip


async def _fill(one: Bed, many: UUID, few: UUID, first: datetime) -> None:
    connection = await diary(one)
    try:
        await connection.execute(
            _FILL, UUID(one.tenant_id), many, orjson.dumps(_HOURS).decode(), _STAFF, first, _DAYS,
            _FEW, few,
        )  # fmt: skip
        await connection.execute(
            "vacuum (analyze) claims, staff_hours, booking_services, identity_users"
        )
    finally:
        await connection.close()


async def _cost(one: Bed, asked: dict[str, str]) -> float:
    """The CPU seconds of all processes for one answer, the gateway's too."""
    before = meter.cpu_seconds(one.product_roots())
    answer = await one.owner.ask("GET", "/v1/slots", params=asked)
    assert answer.is_success and answer.json()["items"], answer.text[:200]
    return meter.cpu_seconds(one.product_roots()) - before
