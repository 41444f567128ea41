"""The ceiling of billing, written by hand without any framework: it looks up and adds up what any
till has to, and writes what the product wrote once again under other ids, by one statement; its
list is beside it."""

from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import orjson

from tests.bench.bare import BEGIN, TENANT, Answer, application, pool, rows
from tests.bench.rows import Recorded, Written

LIST = Path(__file__).with_suffix(".sql").read_text()
TAKE = """
update series set next_number = next_number + 1, version = version + 1, updated_at = now()
 where tenant_id = $1 and document_type = $2 and is_current and branch_id is null
returning next_number - 1, id
"""
LOCK = "select * from invoices where tenant_id = $1 and id = $2 for update"
BEFORE = (
    "select content_hash from invoices where tenant_id = $1 and series_id = $2 and chain_place = $3"
)
BUYER = """
select c.currency, c.language, c.credit_days, coalesce(s.due_days, 0) as due_days, s.notes, s.terms
  from client_refs c left join billing_settings s on s.tenant_id = c.tenant_id
 where c.tenant_id = $1 and c.id = $2
"""
TAXES = """
select id, rate, category, is_inclusive from taxes
 where tenant_id = $1 and id = any($2) and is_active
   and coalesce(valid_from, current_date) <= current_date
"""
PREFIXES = {"invoice": "INV-", "receipt": "RCT-"}
state: dict[str, Any] = {}


async def start() -> None:
    state["pool"] = await pool()
    recorded = rows()
    state["written"] = {name: Written(_without_series(one)) for name, one in recorded.items()}
    state["total"] = orjson.loads(recorded["draft"].body)["total"]
    state["number"] = {name: _numbers(one) for name, one in recorded.items()}


def _without_series(recorded: Recorded) -> Recorded:
    """Numbers are taken before, by an update that makes others wait."""
    rest = [one for one in recorded.changes if one.table != "series"]
    return Recorded(recorded.body, rest, recorded.fresh)


def _numbers(recorded: Recorded) -> dict[str, Any]:
    """Which number it took, of which type, and which invoice it was about."""
    body = orjson.loads(recorded.body)
    if "receipt_number" in body:
        about = body["allocations"][0]["invoice_id"]
        return {"type": "receipt", "text": body["receipt_number"], "about": UUID(about)}
    return {"type": "invoice", "text": body["number"], "about": UUID(body["id"])}


async def add_up(connection: Any, asked: dict[str, Any]) -> None:
    """Who buys, what it is taxed with, and what it comes to: as it was recorded."""
    await connection.fetchrow(BUYER, TENANT, UUID(asked["client_id"]))
    named = {UUID(line["tax_id"]) for line in asked["lines"]}
    rates = {
        str(row["id"]): (row["category"], Decimal(row["rate"]))
        for row in await connection.fetch(TAXES, TENANT, list(named))
    }
    taxable: dict[tuple[str, Decimal], int] = {}
    for line in asked["lines"]:
        net = Decimal(line["quantity"]) * Decimal(line["unit_price"]) * 100
        group = rates[line["tax_id"]]
        taxable[group] = taxable.get(group, 0) + int(net.quantize(1, ROUND_HALF_UP))
    taxes = (int((net * rate).quantize(1, ROUND_HALF_UP)) for (_, rate), net in taxable.items())
    total = sum(taxable.values()) + sum(taxes)
    if f"{Decimal(total) / 100:.2f}" != state["total"]:
        raise ValueError(total)


async def link(connection: Any, draft: Any, series_id: UUID, place: int) -> bytes:
    """The hash of all that stands on an invoice and of the one before it."""
    before = await connection.fetchval(BEFORE, TENANT, series_id, place - 1)
    says = orjson.dumps(dict(draft), default=str, option=orjson.OPT_SORT_KEYS)
    return sha256(says + str(before).encode()).digest()


async def write(name: str, target: UUID | None, key: bytes, asked: dict[str, Any]) -> Answer:
    written, known = state["written"][name], state["number"][name]
    async with state["pool"].acquire() as connection:
        await connection.execute(BEGIN)
        ids: dict[UUID, UUID] = {}
        texts: dict[str, str] = {}
        own: dict[str, Any] = {"scope": sha256(key).digest()}
        if target is None:
            await add_up(connection, asked)
        else:
            locked = await connection.fetchrow(LOCK, TENANT, target)
            number, series_id = await connection.fetchrow(TAKE, TENANT, known["type"])
            if name == "issue":
                await link(connection, locked, series_id, number)
            ids[known["about"]] = target
            texts[known["text"]] = f"{PREFIXES[known['type']]}{number:06}"
            own["chain_place"] = number
        values, body = written.filled(ids, texts, own)
        await connection.execute(written.sql, *values)
        await connection.execute("COMMIT")
    return (200 if name == "issue" else 201), body


async def listed(client_id: UUID) -> Answer:
    async with state["pool"].acquire() as connection:
        await connection.execute(BEGIN)
        rows = await connection.fetch(LIST, TENANT, client_id, 51)
        await connection.execute("COMMIT")
    items = ",".join([row[0] for row in rows[:50]]).encode()
    return 200, b'{"items":[%b],"next_cursor":%b}' % (items, b"null" if len(rows) < 51 else b'"x"')


async def answer(scope: dict[str, Any], given: dict[bytes, bytes], body: bytes) -> Answer:
    path = scope["path"]
    if scope["method"] == "GET":
        return await listed(UUID(parse_qs(scope["query_string"].decode())["client_id"][0]))
    key = path.encode() + given[b"idempotency-key"]
    if path.endswith("/issue"):
        return await write("issue", UUID(path.split("/")[-2]), key, {})
    asked = orjson.loads(body)
    if path.endswith("/payments"):
        return await write("pay", UUID(asked["allocations"][0]["invoice_id"]), key, asked)
    return await write("draft", None, key, asked)


app = application(state, start, answer)
