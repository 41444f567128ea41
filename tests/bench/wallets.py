"""Much credit at once: copies of what the product wrote of one client, without their events."""

from typing import Any, Final
from uuid import UUID

import asyncpg

from chassis.testing.eventually import eventually
from tests.bench.bed import Bed
from tests.bench.copying import copy, known_clients, without_indexes
from tests.bench.rows import Connection

EACH: Final = 20
"""So many entries of the ledger has each client, however many there are."""
_USES: Final = 8
# Of so many clients each side is asked.
_ASKED: Final = 500
_DAYS: Final = 1_000
_FILL: Final = """
create temporary table copies as
select n, client_id, now() - interval '1 day' * ($2::float * (1 - n::float / $3::int)) as at
  from unnest($1::uuid[]) with ordinality as c (client_id, n)
"""
_AT: Final = {"created_at": "s.at", "updated_at": "s.at", "client_id": "s.client_id"}


def _of(column: str) -> str:
    """The id of a copy."""
    return f"md5(s.n || '/' || o.{column})::uuid"


# In the order in which each refers to those before. The hashes of copies are those of the first:
# nothing that is measured checks them.
_TABLES: Final[dict[str, dict[str, str]]] = {
    "credit_accounts": _AT | {"id": _of("id")},
    "credit_lots": _AT | {
        "id": _of("id"), "account_id": _of("account_id"), "starts_on": "s.at::date",
    },
    "credit_usages": _AT | {"id": _of("id"), "occurred_at": "s.at"},
    "credit_parts": _AT | {
        name: _of(name) for name in ("id", "owner_id", "account_id", "lot_id")
    },
    "credit_entries": _AT | {
        **{name: _of(name) for name in ("id", "transaction_id", "account_id", "lot_id")},
        # The kind and the id of the copy that it follows from.
        "cause": "split_part(o.cause, ':', 1) || ':' || md5(s.n || '/' ||"
                 " split_part(o.cause, ':', 2))::uuid",
        "on_date": "s.at::date", "at": "s.at",
    },
}  # fmt: skip


async def charge(bed: Bed, count: int) -> list[str]:
    """So many entries of clients who were each charged twice and used some of it; some of those."""
    connection = await asyncpg.connect(bed.stack.database_url("memberships", "superuser"))
    try:
        clients = await known_clients(bed, connection, count // EACH)
        first, *others = clients
        await _use(bed, str(first))
        await connection.execute("set session_replication_role = replica")
        await connection.execute("set maintenance_work_mem = '512MB'")
        await connection.execute(_FILL, others, float(_DAYS), len(others))
        await _copies(connection, first)
    finally:
        await connection.close()
    return [str(one) for one in clients[:: max(1, len(clients) // _ASKED)]]


async def _use(bed: Bed, client_id: str) -> None:
    """What the others have copies of."""
    owner = bed.owner
    kind = await owner.post("/v1/credit-types", {"name": "جلسات", "unit": "جلسة"})
    about = {"client_id": client_id, "credit_type_id": kind["id"]}

    async def is_charged() -> bool:
        charged = about | {"amount": "10"}
        return (await owner.ask("POST", "/v1/credit-charges", json=charged)).is_success

    await eventually(is_charged)
    await owner.post("/v1/credit-charges", about | {"amount": "10", "expires_on": "2999-01-01"})
    for _ in range(_USES):
        await owner.post("/v1/credit-usages", about | {"amount": "1"})


async def _copies(connection: Connection, first: UUID) -> None:
    for table, other in _TABLES.items():
        source = f"(select * from {table} where client_id = $1)"
        if table == "credit_parts":
            source = f"(select p.*, a.client_id from {table} p join credit_accounts a"
            source += (
                " on a.tenant_id = p.tenant_id and a.id = p.account_id where a.client_id = $1)"
            )
        async with without_indexes(connection, table):
            values: tuple[Any, ...] = (first,)
            await copy(connection, table, other, (source, "true"), *values)
