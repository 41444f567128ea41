"""The ceiling of billing, written by hand without any framework: what the product wrote once is
written again under other ids, by one statement; its list is beside it."""

import os
import pickle
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import asyncpg
import orjson

from tests.bench.rows import Recorded, Written

Answer = tuple[int, bytes]
LIST = Path(__file__).with_suffix(".sql").read_text()
TENANT = UUID(os.environ["CEILING_PLACE"])
SIGNED_IN = f"Bearer {os.environ['CEILING_TOKEN']}".encode()
BEGIN = f"BEGIN; SET LOCAL app.tenant = '{TENANT}'"
TAKE = """
update series set next_number = next_number + 1, version = version + 1, updated_at = now()
 where tenant_id = $1 and document_type = $2 and is_current and branch_id is null
returning next_number - 1
"""
LOCK = "select version from invoices where tenant_id = $1 and id = $2 for update"
PREFIXES = {"invoice": "INV-", "receipt": "RCT-"}
state: dict[str, Any] = {}


async def nothing(_: object) -> None: ...


async def start() -> None:
    state["pool"] = await asyncpg.create_pool(
        os.environ["CEILING_DATABASE"], max_size=16, reset=nothing, server_settings={"jit": "off"}
    )
    recorded = rows()
    state["written"] = {name: Written(_without_series(one)) for name, one in recorded.items()}
    state["number"] = {name: _numbers(one) for name, one in recorded.items()}


def rows() -> dict[str, Recorded]:
    found: dict[str, Recorded] = pickle.loads(Path(os.environ["CEILING_ROWS"]).read_bytes())  # noqa: S301
    return found


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


async def write(name: str, target: UUID | None, key: bytes) -> Answer:
    written, known = state["written"][name], state["number"][name]
    async with state["pool"].acquire() as connection:
        await connection.execute(BEGIN)
        ids: dict[UUID, UUID] = {}
        texts: dict[str, str] = {}
        own: dict[str, Any] = {"scope": sha256(key).digest()}
        if target is not None:
            await connection.fetchval(LOCK, TENANT, target)
            number = await connection.fetchval(TAKE, TENANT, known["type"])
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
        return await write("issue", UUID(path.split("/")[-2]), key)
    asked = orjson.loads(body)
    if path.endswith("/payments"):
        return await write("pay", UUID(asked["allocations"][0]["invoice_id"]), key)
    return await write("draft", None, key)


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    given = dict(scope["headers"])
    if given.get(b"authorization") != SIGNED_IN:
        if not state:
            await start()
        status, body = (200 if scope["path"].endswith("/readyz") else 401), b"{}"
    else:
        status, body = await answer(scope, given, (await receive())["body"])
    length = (b"content-length", b"%d" % len(body))
    headers = [(b"content-type", b"application/json"), length]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
