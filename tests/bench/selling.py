"""Invoices beside the ceiling: drafted, issued, paid and listed; and what a PDF costs."""

import functools
import itertools
import pickle
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

import asyncpg
import orjson

from tests.bench import load
from tests.bench.bed import Bed
from tests.bench.beside import Make, compared, headers, post
from tests.bench.ceiling_server import CeilingServer
from tests.bench.load import MakeRequest
from tests.bench.plan import Plan
from tests.bench.printing import SHEETS, printing
from tests.bench.quiet import relay_held
from tests.bench.report import Report
from tests.bench.rows import Connection, record
from tests.product import Json

_CLIENTS: Final = 50
# Requests a second that neither application reaches.
_FASTEST: Final = 500
# Rows like the one that was drafted, or issued, about each client in turn; what is of the one that
# was recorded alone stays away.
_LIKE = """
insert into invoices ({columns}) select {values}
  from invoices i, generate_series(1, $3::int) n where i.tenant_id = $1 and i.id = $2
returning id::text
"""
_COLUMNS = """
select array_agg(quote_ident(attname)) from pg_attribute
 where attrelid = 'invoices'::regclass and attnum > 0 and not attisdropped and attgenerated = ''
"""
_OTHER: Final = {
    "id": "gen_random_uuid()", "number": "null", "chain_place": "null", "external_id": "null",
    "client_id": "($4::uuid[])[1 + n % cardinality($4::uuid[])]",
    "created_at": "i.created_at + n * interval '1 millisecond'",
}  # fmt: skip


class Till(CeilingServer):
    """The ceiling of billing."""

    path = "/ceiling/billing"
    module = "tests.bench.till"
    service = "billing"

    def environment(self) -> dict[str, str]:
        return super().environment() | {"CEILING_ROWS": str(self._stack.folder / "rows.pickle")}


@dataclass(frozen=True)
class Counter:
    """What both applications sell: to whom, with which tax, and drafts and bills like these."""

    bed: Bed
    till: Till
    clients: list[str]
    tax_id: str
    drafted: str
    issued: str
    connection: Connection

    def lines(self) -> list[Json]:
        return [
            {"description": f"استشارة {n}", "quantity": str(n), "unit_price": "120.00",
             "tax_id": self.tax_id} for n in (1, 2, 3)
        ]  # fmt: skip

    def draft(self, client_id: str) -> Json:
        return {"client_id": client_id, "lines": self.lines(), "due_date": "2999-01-01"}

    async def like(self, invoice_id: str, count: int) -> list[str]:
        """So many invoices like this one, by their ids."""
        columns = await self.connection.fetchval(_COLUMNS)
        values = ", ".join(_OTHER.get(one, f"i.{one}") for one in columns)
        statement = _LIKE.format(columns=", ".join(columns), values=values)
        about = [UUID(one) for one in self.clients]
        tenant_id = UUID(self.bed.tenant_id)
        rows = await self.connection.fetch(statement, tenant_id, UUID(invoice_id), count, about)
        await self.connection.execute("vacuum (analyze) invoices")
        return [row["id"] for row in rows]


@asynccontextmanager
async def counter(bed: Bed) -> AsyncIterator[Counter]:
    """Clients that billing has heard of, and the ceiling, which knows one sale of the product."""
    owner = bed.owner
    [vat] = (await owner.get("/v1/taxes"))["items"]
    names = [f"عميل {n}" for n in range(_CLIENTS)]
    clients = [(await owner.post("/v1/clients", {"name": name}))["id"] for name in names]
    connection = await asyncpg.connect(bed.stack.database_url("billing", "superuser"))
    till = Till(bed.stack, bed.tenant_id)
    made = Counter(bed, till, clients, vat["id"], "", "", connection)
    try:
        # The first of its kind makes the series, and has billing hear of the company.
        first = await owner.post("/v1/invoices", made.draft(clients[0]))
        await owner.post(f"/v1/invoices/{first['id']}/issue")
        await owner.post("/v1/payments", _payment(first["id"], clients[0]))
        async with relay_held(bed.stack, "billing"):
            drafted, issued = await _recorded(made)
            await till.start()
            await till.open_route()
            yield Counter(bed, till, clients, vat["id"], drafted, issued, connection)
    finally:
        await till.stop()
        await connection.close()


async def _recorded(made: Counter) -> tuple[str, str]:
    """A draft and an issued invoice like those that the product made as it was recorded."""
    owner, tenant_id = made.bed.owner, UUID(made.bed.tenant_id)
    found = {}

    async def posted(path: str, body: Json | None = None) -> str:
        answer = await owner.ask(
            "POST", path, json=body or {}, headers={"Idempotency-Key": str(uuid4())}
        )
        assert answer.is_success, answer.text
        return answer.text

    for name in ("drafted", "draft"):
        found[name] = await record(
            made.connection, tenant_id, lambda: posted("/v1/invoices", made.draft(made.clients[0]))
        )
    invoice_id = orjson.loads(found["draft"].body)["id"]
    found["issue"] = await record(
        made.connection, tenant_id, lambda: posted(f"/v1/invoices/{invoice_id}/issue")
    )
    unpaid = await owner.post("/v1/invoices", made.draft(made.clients[0]))
    await posted(f"/v1/invoices/{unpaid['id']}/issue")
    found["pay"] = await record(
        made.connection, tenant_id,
        lambda: posted("/v1/payments", _payment(invoice_id, made.clients[0])),
    )  # fmt: skip
    drafted = orjson.loads(found.pop("drafted").body)["id"]
    (made.bed.stack.folder / "rows.pickle").write_bytes(pickle.dumps(found))
    return drafted, str(unpaid["id"])


async def selling(bed: Bed, plan: Plan, report: Report) -> None:
    """Each of the four beside the ceiling."""
    async with counter(bed) as made:
        most = int(plan.seconds * (plan.rounds + 1) * _FASTEST)
        invoices = f"{bed.clients:,} clients"
        beside = functools.partial(compared, bed, made.till, plan)
        report.compared(
            await beside("draft an invoice of three lines", drafts(made)),
            await beside("issue it", await issues(made, most)),
            await beside("record a payment of it", await payments(made, most)),
            await beside(f"list a client's invoices, {invoices}", lists(made)),
        )
        await printing(bed, await _issued(made, SHEETS), plan, report)


async def _issued(made: Counter, count: int) -> list[str]:
    await made.bed.sign_in()
    ids = []
    for client_id in made.clients[:count]:
        drafted = await made.bed.owner.post("/v1/invoices", made.draft(client_id))
        await made.bed.owner.post(f"/v1/invoices/{drafted['id']}/issue")
        ids.append(str(drafted["id"]))
    return ids


def drafts(made: Counter) -> Make:
    """A new draft about one client after the other."""
    about = itertools.cycle(made.clients)

    def at(base: str, authorization: Callable[[], str]) -> MakeRequest:
        return lambda _: post(f"{base}/invoices", authorization, made.draft(next(about)))

    return at


async def issues(made: Counter, most: int) -> Make:
    """One draft after the other; both applications have their own."""

    stocks = iter([await made.like(made.drafted, most) for _ in range(2)])

    def at(base: str, authorization: Callable[[], str]) -> MakeRequest:
        stock = iter(next(stocks))
        return lambda _: post(f"{base}/invoices/{next(stock)}/issue", authorization, {})

    return at


async def payments(made: Counter, most: int) -> Make:
    """Of one issued invoice after the other, whole."""
    stocks = iter([await made.like(made.issued, most) for _ in range(2)])

    def at(base: str, authorization: Callable[[], str]) -> MakeRequest:
        stock, about = iter(next(stocks)), itertools.cycle(made.clients[1:] + made.clients[:1])
        return lambda _: post(f"{base}/payments", authorization, _payment(next(stock), next(about)))

    return at


def lists(made: Counter) -> Make:
    """The newest fifty of a client."""

    def at(base: str, authorization: Callable[[], str]) -> MakeRequest:
        def make(n: int) -> bytes:
            path = f"{base}/invoices?limit=50&client_id={made.clients[n % len(made.clients)]}"
            return load.request("GET", path, headers(authorization))

        return make

    return at


def _payment(invoice_id: str, client_id: str) -> Json:
    return {
        "client_id": client_id, "amount": "828.00", "currency": "SAR", "method": "card",
        "allocations": [{"invoice_id": invoice_id, "amount": "828.00"}],
    }  # fmt: skip
