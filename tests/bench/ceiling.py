"""The ceiling: five operations written by hand, without any framework; its SQL is beside it."""

import base64
import itertools
import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import asyncpg
import orjson
from uuid_utils.compat import uuid7

from chassis.folding import fold, fold_compact
from refs.phones import ascii_digits, normalize

Answer = tuple[int, bytes, tuple[Any, ...]]
_PARTS = Path(__file__).with_suffix(".sql").read_text().split("\n-- ")[1:]
SQL = dict(part.split("\n", 1) for part in _PARTS)
TENANT, FOLDER, STATUS = (UUID(one) for one in os.environ["CEILING_PLACE"].split())
READER = uuid7()
SIGNED_IN = {f"Bearer {os.environ['CEILING_TOKEN']}".encode(): (TENANT, f"user:{READER}")}
SERIALS = itertools.count(1_000_000_000)
BEGIN = "BEGIN; SET LOCAL app.tenant = '{}'"
# How rare a fragment is decides the plan: none may be kept for all of them.
BEGIN_SEARCH = BEGIN + "; SET LOCAL plan_cache_mode = force_custom_plan"
# The same page, found by other things.
SQL["list"] = SQL["search"].replace(
    "where folded like $1",
    "where kind = $1 and country_code = $4 and tags && array[$5] and custom_fields @> $6"
    " and ($7::uuid is null or staff_ids && array[$7::uuid])",
)
READABLE = ["clients:read", "comms:read", "automation:read"]
state: dict[str, Any] = {}


async def nothing(_: object) -> None: ...


async def start() -> None:
    state["pool"] = await asyncpg.create_pool(
        os.environ["CEILING_DATABASE"], max_size=16, reset=nothing, server_settings={"jit": "off"}
    )


async def read(tenant: UUID, client_id: UUID) -> Answer:
    async with state["pool"].acquire() as connection:
        await connection.execute(BEGIN.format(tenant))
        body, version = await connection.fetchrow(SQL["read"], tenant, client_id, READER)
        await connection.execute("COMMIT")
    return 200, body.encode(), ((b"etag", b'"%d"' % version),)


async def search(q: str, tenant: UUID) -> Answer:
    text = fold_compact(q)
    pattern = re.sub(r"([\\%_])", r"\\\1", text.removeprefix("0") if text.isdecimal() else text)
    async with state["pool"].acquire() as connection:
        await connection.execute(BEGIN_SEARCH.format(tenant))
        rows = await connection.fetch(SQL["search"], f"%{pattern}%", 51, READER)
        await connection.execute("COMMIT")
    return page(text, rows)


def page(text: str, rows: list[Any]) -> Answer:
    last = orjson.dumps([text, rows[49][1], str(rows[49][2])]) if len(rows) > 50 else None
    cursor = b'"%b"' % base64.urlsafe_b64encode(last) if last else b"null"
    items = ",".join([row[0] for row in rows[:50]]).encode()
    return 200, b'{"items":[%b],"next_cursor":%b}' % (items, cursor), ()


async def narrowed(tenant: UUID, asked: dict[str, str]) -> Answer:
    own = orjson.dumps({"plan": asked["custom.plan"]}).decode()
    values = (asked["country_code"], asked["tag"], own, asked.get("mine"))
    async with state["pool"].acquire() as connection:
        await connection.execute(BEGIN_SEARCH.format(tenant))
        rows = await connection.fetch(SQL["list"], asked["kind"], 51, READER, *values)
        await connection.execute("COMMIT")
    return page("list", rows)


async def timeline(tenant: UUID, client_id: UUID, mine: str | None) -> Answer:
    async with state["pool"].acquire() as connection:
        await connection.execute(BEGIN.format(tenant))
        rows = await connection.fetch(SQL["timeline"], tenant, client_id, READABLE, mine, 51)
        await connection.execute("COMMIT")
    return page("timeline", rows)


async def create(tenant: UUID, actor: str, key: bytes, body: bytes) -> Answer:
    given, client_id, serial = orjson.loads(body), uuid7(), next(SERIALS)
    more = {"label": None, "primary": True, "opt_out": False, "verified": False}
    phones = [{**one, "e164": normalize(one["number"], "SA"), **more} for one in given["phones"]]
    kept = {"content-type": "application/json", "location": f"/v1/clients/{client_id}"}
    async with state["pool"].acquire() as connection:
        await connection.execute(BEGIN.format(tenant))
        made = await connection.fetchval(
            SQL["create"], tenant, client_id, FOLDER, STATUS, serial, f"C-{serial:06}",
            given["kind"], given["name"], given["business_name"], orjson.dumps(phones).decode(),
            [ascii_digits(one["e164"] or one["number"]) for one in phones],
            orjson.dumps([{**one, **more} for one in given["emails"]]).decode(),
            [fold(one["address"]) for one in given["emails"]], uuid7(), actor, uuid7(),
            sha256(key).digest(), sha256(body).digest(), orjson.dumps(kept).decode(),
        )  # fmt: skip
        await connection.execute("COMMIT")
    return 201, made.encode(), ((b"etag", b'"1"'), (b"location", kept["location"].encode()))


def query_of(scope: dict[str, Any]) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    path, given = scope["path"], dict(scope["headers"])
    tenant, actor = SIGNED_IN.get(given.get(b"authorization", b""), (None, ""))
    if tenant is None:
        if not state:
            await start()
        status, body, more = (200 if path.endswith("/readyz") else 401), b"{}", ()
    elif scope["method"] == "POST":
        key = actor.encode() + path.encode() + given[b"idempotency-key"]
        status, body, more = await create(tenant, actor, key, (await receive())["body"])
    elif path == "/ceiling/clients":
        asked = query_of(scope)
        status, body, more = await (
            search(asked["q"], tenant) if "q" in asked else narrowed(tenant, asked)
        )
    elif path.endswith("/timeline"):
        client_id = UUID(path.split("/")[-2])
        status, body, more = await timeline(tenant, client_id, query_of(scope).get("mine"))
    else:
        status, body, more = await read(tenant, UUID(path.rsplit("/", 1)[1]))
    length = (b"content-length", b"%d" % len(body))
    headers = [(b"content-type", b"application/json"), length, *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
