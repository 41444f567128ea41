"""The ceiling of credit, written by hand without any framework: it locks what a client has, has the
lots pay in their order, links what it posts, and writes what the product wrote once again under
other ids, by one statement."""

from hashlib import sha256
from typing import Any
from uuid import UUID

import orjson

from tests.bench.bare import BEGIN, TENANT, Answer, application, pool, rows
from tests.bench.rows import Recorded, Written

LOCK = """
select * from credit_accounts
 where tenant_id = $1 and client_id = $2 and credit_type_id = $3 for update
"""
LOTS = """
select id, remaining from credit_lots
 where tenant_id = $1 and account_id = $2 and remaining > 0 and starts_on <= current_date
   and coalesce(expires_on, current_date) >= current_date and stopped_at is null
 order by expires_on nulls last, created_at, id
"""
SEEN = "select id, folder_id, editor_ids from client_refs where tenant_id = $1 and id = $2"
KIND = "select decimals, allow_negative from credit_types where tenant_id = $1 and id = $2"
state: dict[str, Any] = {}


async def start() -> None:
    state["pool"] = await pool()
    recorded = rows()["use"]
    state["written"] = Written(recorded)
    state["was"] = _was(recorded)


def _was(recorded: Recorded) -> dict[str, Any]:
    """Whose credit was used as it was recorded: client, account, lot."""
    [entry, *_] = [one.values for one in recorded.changes if one.table == "credit_entries"]
    return {name: entry[name] for name in ("client_id", "account_id", "lot_id", "on_date")}


async def answer(_: dict[str, Any], given: dict[bytes, bytes], body: bytes) -> Answer:
    asked, was = orjson.loads(body), state["was"]
    client_id, type_id = UUID(asked["client_id"]), UUID(asked["credit_type_id"])
    async with state["pool"].acquire() as connection:
        await connection.execute(BEGIN)
        await connection.fetchrow(SEEN, TENANT, client_id)
        await connection.fetchrow(KIND, TENANT, type_id)
        account = await connection.fetchrow(LOCK, TENANT, client_id, type_id)
        lot, *_ = await connection.fetch(LOTS, TENANT, account["id"])
        used = int(asked["amount"])
        if lot["remaining"] < used:
            raise ValueError(lot)
        number = account["entry_count"]
        first = sha256(account["head"] + body).digest()
        second = sha256(first + body).digest()
        values, said = state["written"].filled(
            {was["client_id"]: client_id, was["account_id"]: account["id"],
             was["lot_id"]: lot["id"]},
            {},
            {"scope": sha256(given[b"idempotency-key"]).digest(), "head": second,
             "available": account["available"] - used, "remaining": lot["remaining"] - used,
             "entry_count": number + 2, "number": iter((number + 1, number + 2)),
             "hash": iter((first, second))},
        )  # fmt: skip
        await connection.execute(state["written"].sql, *values)
        await connection.execute("COMMIT")
    return 201, said


app = application(state, start, answer)
