"""The ceiling of appointments, written by hand without any framework: it looks up whom it is with,
locks whom it takes, and writes what the product wrote once again under other ids and at another
time, by one statement; its list is beside it."""

from datetime import UTC, datetime, timedelta
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

import orjson

from tests.bench.bare import BEGIN, TENANT, Answer, application, pool, rows
from tests.bench.rows import Recorded, Written

LIST = Path(__file__).with_suffix(".sql").read_text()
SEEN = "select id, folder_id, editor_ids from client_refs where tenant_id = $1 and id = $2"
STAFF = "select id from identity_users where tenant_id = $1 and id = any($2) and is_active"
USUAL = "select appointment_minutes from scheduling_settings where tenant_id = $1"
LOCK = "select pg_advisory_xact_lock($1)"
state: dict[str, Any] = {}


async def start() -> None:
    state["pool"] = await pool()
    recorded = rows()["set"]
    state["written"] = Written(recorded)
    state["was"] = _was(recorded)


def _was(recorded: Recorded) -> dict[str, Any]:
    """With whom and when it was as it was recorded."""
    [row] = [one.values for one in recorded.changes if one.table == "appointments"]
    return {name: row[name] for name in ("client_id", "staff_ids", "starts_at", "ends_at")}


def _spelled(moment: datetime) -> tuple[str, str]:
    """As events tell it, and as answers do."""
    return moment.isoformat(), f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"


def _texts(starts_at: datetime, ends_at: datetime) -> dict[str, str]:
    was = state["was"]
    told = ((was["starts_at"], starts_at), (was["ends_at"], ends_at))
    pairs = (zip(_spelled(old.astimezone(UTC)), _spelled(new), strict=True) for old, new in told)
    return {old: new for each in pairs for old, new in each}


async def put(given: dict[bytes, bytes], body: bytes) -> Answer:
    asked, was = orjson.loads(body), state["was"]
    client_id, staff_id = UUID(asked["client_id"]), UUID(asked["staff_ids"][0])
    starts_at = datetime.fromisoformat(asked["starts_at"])
    ends_at = starts_at + timedelta(minutes=asked["duration_minutes"])
    key = int.from_bytes(
        blake2b(TENANT.bytes + staff_id.bytes, digest_size=8).digest(), signed=True
    )
    async with state["pool"].acquire() as connection:
        await connection.execute(BEGIN)
        await connection.fetchrow(SEEN, TENANT, client_id)
        await connection.fetchrow(STAFF, TENANT, [staff_id])
        await connection.fetchrow(USUAL, TENANT)
        await connection.fetchrow(LOCK, key)
        values, said = state["written"].filled(
            {was["client_id"]: client_id, was["staff_ids"][0]: staff_id},
            _texts(starts_at, ends_at),
            {"scope": sha256(given[b"idempotency-key"]).digest(), "starts_at": starts_at,
             "ends_at": ends_at, "staff_ids": [staff_id]},
        )  # fmt: skip
        await connection.execute(state["written"].sql, *values)
        await connection.execute("COMMIT")
    return 201, said


async def listed(asked: dict[str, list[str]]) -> Answer:
    since, until = (datetime.fromisoformat(asked[name][0]) for name in ("ends_from", "starts_to"))
    staff, limit = [UUID(one) for one in asked["staff_id"]], int(asked["limit"][0])
    async with state["pool"].acquire() as connection:
        await connection.execute(BEGIN)
        found = await connection.fetch(LIST, TENANT, since, until, staff, limit + 1)
        await connection.execute("COMMIT")
    items = ",".join([row[0] for row in found[:limit]]).encode()
    cursor = b'"x"' if len(found) > limit else b"null"
    return 200, b'{"items":[%b],"next_cursor":%b}' % (items, cursor)


async def answer(scope: dict[str, Any], given: dict[bytes, bytes], body: bytes) -> Answer:
    if scope["method"] == "GET":
        return await listed(parse_qs(scope["query_string"].decode()))
    return await put(given, body)


app = application(state, start, answer)
