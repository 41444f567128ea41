"""Credit beside the ceiling: used, each time of one client after the other."""

import itertools
import pickle
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

import asyncpg

from chassis.testing.eventually import eventually
from tests.bench.bed import Bed
from tests.bench.beside import Authorization, compared, post
from tests.bench.ceiling_server import CeilingServer
from tests.bench.load import MakeRequest
from tests.bench.plan import Plan
from tests.bench.quiet import relay_held
from tests.bench.report import Report
from tests.bench.rows import record
from tests.product import Json

_CLIENTS: Final = 50
# More than is ever used of it.
_PLENTY: Final = "1000000"


class Purse(CeilingServer):
    """The ceiling of memberships."""

    path = "/ceiling/memberships"
    module = "tests.bench.purse"
    service = "memberships"

    def environment(self) -> dict[str, str]:
        return super().environment() | {"CEILING_ROWS": str(self._stack.folder / "used.pickle")}


@dataclass(frozen=True)
class Desk:
    """What both applications use: of what, and whose."""

    purse: Purse
    clients: list[str]
    credit_type_id: str

    def use(self, client_id: str) -> Json:
        return {"client_id": client_id, "credit_type_id": self.credit_type_id, "amount": "1"}

    def uses(self, base: str, authorization: Authorization) -> MakeRequest:
        """One of each client in turn."""
        about = itertools.cycle(self.clients)
        path = f"{base}/credit-usages"
        return lambda _: post(path, authorization, self.use(next(about)))


async def using(bed: Bed, plan: Plan, report: Report) -> None:
    """One use after the other."""
    async with _desk(bed) as made:
        report.compared(await compared(bed, made.purse, plan, "use a credit", made.uses))


@asynccontextmanager
async def _desk(bed: Bed) -> AsyncIterator[Desk]:
    """Clients who have been charged, and the ceiling, which knows one use of the product."""
    owner = bed.owner
    kind = await owner.post("/v1/credit-types", {"name": "جلسات", "unit": "جلسة"})
    names = [f"مشترك {n}" for n in range(_CLIENTS)]
    clients = [(await owner.post("/v1/clients", {"name": name}))["id"] for name in names]
    made = Desk(Purse(bed.stack, bed.tenant_id), clients, kind["id"])
    for client_id in clients:
        await _charged(bed, made.use(client_id) | {"amount": _PLENTY})
    connection = await asyncpg.connect(bed.stack.database_url("memberships", "superuser"))
    try:
        await owner.post("/v1/credit-usages", made.use(clients[0]))
        async with relay_held(bed.stack, "memberships"):
            recorded = await record(
                connection, UUID(bed.tenant_id), lambda: _used(bed, made.use(clients[0]))
            )
            rows = bed.stack.folder / "used.pickle"
            rows.write_bytes(pickle.dumps({"use": recorded}))
            await made.purse.start()
            await made.purse.open_route()
            yield made
    finally:
        await made.purse.stop()
        await connection.close()


async def _charged(bed: Bed, charge: Json) -> None:
    """Once memberships has heard of the client."""

    async def is_charged() -> bool:
        return (await bed.owner.ask("POST", "/v1/credit-charges", json=charge)).is_success

    await eventually(is_charged)


async def _used(bed: Bed, use: Json) -> str:
    answer = await bed.owner.ask(
        "POST", "/v1/credit-usages", json=use, headers={"Idempotency-Key": str(uuid4())}
    )
    assert answer.is_success, answer.text
    return answer.text
