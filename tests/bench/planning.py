"""Appointments beside the ceiling: set one after the other, and a week of fifty staff listed."""

import itertools
import pickle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from tests.bench import load
from tests.bench.bed import Bed
from tests.bench.beside import Authorization, compared, headers, post
from tests.bench.ceiling_server import CeilingServer
from tests.bench.diary import STAFF, at, diary, fill, hired, of_week, set_once
from tests.bench.load import MakeRequest
from tests.bench.plan import Plan
from tests.bench.quiet import relay_held
from tests.bench.report import Report
from tests.bench.rows import record
from tests.product import Json

_CLIENTS: Final = 50
# Forty hours of half hours each.
_WEEK: Final = STAFF * 80
# Years in which each application sets appointments of its own.
_YEARS: Final = (2041, 2051)


class Planner(CeilingServer):
    """The ceiling of scheduling."""

    path = "/ceiling/scheduling"
    module = "tests.bench.planner"
    service = "scheduling"

    def environment(self) -> dict[str, str]:
        return super().environment() | {"CEILING_ROWS": str(self._stack.folder / "set.pickle")}


@dataclass(frozen=True)
class Desk:
    """What both applications plan: with whom, and for whom."""

    planner: Planner
    clients: list[str]
    staff: list[str]

    def body(self, client_id: str, staff_id: str, starts_at: datetime) -> Json:
        return {
            "client_id": client_id, "staff_ids": [staff_id], "starts_at": at(starts_at),
            "duration_minutes": 30, "title": "استشارة",
        }  # fmt: skip


async def planning(bed: Bed, plan: Plan, report: Report) -> None:
    """Both of each."""
    async with _desk(bed) as made:
        years = iter(_YEARS)

        def sets(base: str, authorization: Authorization) -> MakeRequest:
            """The next half hour of each member of staff in turn."""
            first, turns = datetime(next(years), 1, 1, tzinfo=UTC), itertools.count()

            def one(_: int) -> bytes:
                turn = next(turns)
                starts_at = first + timedelta(minutes=30 * (turn // STAFF))
                client_id = made.clients[turn % _CLIENTS]
                body = made.body(client_id, made.staff[turn % STAFF], starts_at)
                return post(f"{base}/appointments", authorization, body)

            return one

        def lists(base: str, authorization: Authorization) -> MakeRequest:
            path = base + of_week(made.staff)
            return lambda _: load.request("GET", path, headers(authorization))

        report.compared(
            await compared(bed, made.planner, plan, "set an appointment", sets),
            await compared(
                bed, made.planner, plan, f"list a week of {STAFF} staff", lists, ("0.7", "")
            ),
        )


@asynccontextmanager
async def _desk(bed: Bed) -> AsyncIterator[Desk]:
    """Staff and clients of whom scheduling has heard, a full week, and the ceiling, which knows
    one appointment that the product set."""
    names = [f"مراجع {n}" for n in range(_CLIENTS)]
    clients = [(await bed.owner.post("/v1/clients", {"name": name}))["id"] for name in names]
    connection = await diary(bed)
    made = Desk(Planner(bed.stack, bed.tenant_id), clients, await hired(bed, connection))
    day = datetime(2061, 1, 1, tzinfo=UTC)
    bodies = [made.body(one, made.staff[0], day + timedelta(days=n))
              for n, one in enumerate(clients)]  # fmt: skip
    try:
        like, *_ = [await set_once(bed, body) for body in bodies]
        async with relay_held(bed.stack, "scheduling"):
            body = made.body(clients[0], made.staff[0], datetime(2071, 1, 1, tzinfo=UTC))
            recorded = await record(connection, UUID(bed.tenant_id), lambda: _set(bed, body))
            rows = bed.stack.folder / "set.pickle"
            rows.write_bytes(pickle.dumps({"set": recorded}))
            since = datetime(2031, 3, 10, tzinfo=UTC)
            await fill(connection, like, _WEEK, made.staff, clients, since)
            await made.planner.start()
            await made.planner.open_route()
            yield made
    finally:
        await made.planner.stop()
        await connection.close()


async def _set(bed: Bed, body: Json) -> str:
    answer = await bed.owner.ask(
        "POST", "/v1/appointments", json=body, headers={"Idempotency-Key": str(uuid4())}
    )
    assert answer.is_success, answer.text
    return answer.text
