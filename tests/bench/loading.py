"""Many clients at once, by COPY: what the API would have written, without its events."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from uuid_utils.compat import uuid7

from chassis.folding import fold_compact
from local.stack import Stack
from tests.bench.data import Person as ClientToBe
from tests.bench.data import people
from tests.product import Person

_COLUMNS = (
    "tenant_id", "id", "version", "created_at", "updated_at", "serial", "code", "code_key", "kind",
    "type", "name", "business_name", "folder_id", "status_id", "tags", "phones", "phone_keys",
    "emails", "email_keys", "addresses", "links", "staff", "staff_ids", "editor_ids", "source",
    "is_archived",
)  # fmt: skip
# As many as `wanted` ids, spread over all rows.
_SAMPLE = """
select id from (select id, row_number() over (order by id) as place from clients) as numbered
 where place % greatest($1::bigint / $2, 1) = 0
"""
_PLACE = """
select f.id, s.id from folders f
  join statuses s on s.tenant_id = f.tenant_id and s.folder_id = f.id
 where f.tenant_id = $1 and s.is_default order by f."order", f.id limit 1
"""
# Nothing has been created yet, so no process holds numbers of the old sequence.
_SERIALS = """
insert into serials (tenant_id, next) values ($1, $2)
on conflict (tenant_id) do update set next = excluded.next
"""
_INDEXES = """
select indexname, indexdef from pg_indexes
 where schemaname = 'public' and tablename = 'clients' and indexname like 'ix_%'
"""
# What triggers would have written.
_KEYS = """
insert into client_keys (tenant_id, key, reason, client_id)
select c.tenant_id, has.key, has.reason, c.id from clients c,
       client_keys_of(c.phone_keys, c.email_keys, c.tax_number, c.registration_number) has
 where c.tenant_id = $1 on conflict do nothing
"""
SAMPLE = 20_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """Where the clients are, and ids of some, from all of them."""

    folder_id: UUID
    status_id: UUID
    sample: list[str]


async def load(stack: Stack, owner: Person, count: int) -> Loaded:
    """Fill the tenant."""
    await owner.get("/v1/folders")  # the tenant's first request makes its folders
    connection = await asyncpg.connect(stack.database_url("clients", "superuser"))
    try:
        tenant_id = UUID(str(owner.tenant["id"]))
        await connection.execute("set session_replication_role = replica")
        await connection.execute("set maintenance_work_mem = '512MB'")
        place = await connection.fetchrow(_PLACE, tenant_id)
        assert place is not None, "the tenant has no folder"
        await _copy(connection, _rows(tenant_id, (place[0], place[1]), count))
        await connection.execute(_SERIALS, tenant_id, count + 1)
        await connection.execute(_KEYS, tenant_id)
        await connection.execute("vacuum (analyze) clients")
        await connection.execute("vacuum (analyze) client_keys")
        sample = await connection.fetch(_SAMPLE, count, SAMPLE)
        return Loaded(place[0], place[1], [str(row["id"]) for row in sample])
    finally:
        await connection.close()


async def _copy(connection: "asyncpg.Connection[Any]", rows: Iterator[tuple[Any, ...]]) -> None:
    """Indexes are made afterwards, in a tenth of the time."""
    indexes = await connection.fetch(_INDEXES)
    for index in indexes:
        await connection.execute(f"drop index {index['indexname']}")
    await connection.copy_records_to_table("clients", records=rows, columns=_COLUMNS)
    for index in indexes:
        await connection.execute(index["indexdef"])


def _rows(tenant_id: UUID, place: tuple[UUID, UUID], count: int) -> Iterator[tuple[Any, ...]]:
    first = datetime.now(UTC) - timedelta(days=1000)
    step = timedelta(days=999) / count
    for one in people(count):
        at = first + step * one.number
        yield _row(tenant_id, place, at, one)


def _row(
    tenant_id: UUID, place: tuple[UUID, UUID], at: datetime, one: ClientToBe
) -> tuple[Any, ...]:
    e164 = f"+966{one.phone[1:]}"
    phone = {"number": one.phone, "e164": e164, "label": None, "primary": True, "opt_out": False}
    email = {"address": one.email, "label": None, "primary": True, "opt_out": False}
    serial = one.number + 1
    code = f"C-{serial:06}"
    return (
        tenant_id, uuid7(), 1, at, at, serial, code, fold_compact(code), "client",
        "individual", one.name, one.business, *place, [], json.dumps([phone]), [e164[1:]],
        json.dumps([email]), [one.email], "[]", "[]", "[]", [], [], "ui", False,
    )  # fmt: skip
