"""Appointments that benches ask for: clients, staff, and copies of one that the product set."""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg

from chassis.testing.eventually import eventually
from tests.bench.bed import Bed
from tests.bench.copying import copy, without_indexes
from tests.bench.rows import Connection
from tests.product import Json

STAFF: Final = 50
# A Monday, long after whatever day this runs on.
WEEK: Final = datetime(2031, 3, 10, tzinfo=UTC)
_STAFF_OF: Final = """
insert into identity_users (tenant_id, id, version, name, email, locale, team_ids, is_active)
select $1, uuidv7(), 1, 'موظف ' || n, n || '@example.com', 'ar', '{}', true
  from generate_series(1, $2::int) n
returning id
"""
# Every half hour of working days, of each member of staff in turn, from a time on: each a copy.
_FILL: Final = """
create temporary table copies as
select n, ($2::uuid[])[1 + n % cardinality($2::uuid[])] as staff_id,
       ($3::uuid[])[1 + n % cardinality($3::uuid[])] as client_id, uuidv7() as id,
       $4::timestamptz + interval '30 minutes' * (n / cardinality($2::uuid[])) as at
  from generate_series(0, $1::int - 1) n
"""
_APPOINTMENTS: Final = {
    "id": "s.id", "client_id": "s.client_id", "staff_ids": "array[s.staff_id]",
    "starts_at": "s.at", "ends_at": "s.at + interval '30 minutes'", "created_at": "s.at",
    "updated_at": "s.at",
}  # fmt: skip
_SUBJECTS: Final = {
    "appointment_id": "s.id", "subject_id": "s.staff_id", "starts_at": "s.at",
}  # fmt: skip
_CLAIMS: Final = {
    "holder_id": "s.id", "subject_id": "s.staff_id", "starts_at": "s.at",
    "ends_at": "s.at + interval '30 minutes'",
}  # fmt: skip
_COPIED: Final = (
    ("appointments", "id", _APPOINTMENTS), ("appointment_subjects", "appointment_id", _SUBJECTS),
    ("claims", "holder_id", _CLAIMS),
)  # fmt: skip


async def diary(bed: Bed) -> Connection:
    """The database of scheduling, from which nothing is hidden."""
    return await asyncpg.connect(bed.stack.database_url("scheduling", "superuser"))


async def hired(bed: Bed, connection: Connection) -> list[str]:
    """Staff of whom scheduling has heard."""
    rows = await connection.fetch(_STAFF_OF, UUID(bed.tenant_id), STAFF)
    await connection.execute("vacuum (analyze) identity_users")
    return [str(row["id"]) for row in rows]


async def fill(
    connection: Connection, like: Json, count: int, staff: list[str], clients: list[str],
    since: datetime,
) -> None:  # fmt: skip
    """So many appointments like this one, of staff and clients in turn."""
    about = [[UUID(one) for one in some] for some in (staff, clients)]
    await connection.execute(_FILL, count, *about, since)
    await connection.execute("set session_replication_role = replica")
    await connection.execute("set maintenance_work_mem = '512MB'")
    for table, key, other in _COPIED:
        async with without_indexes(connection, table):
            source = f"(select * from {table} where {key} = $1)"
            await copy(connection, table, other, (source, "true"), UUID(like["id"]))
    await connection.execute("drop table copies")


async def set_once(bed: Bed, body: Json) -> Json:
    """An appointment, once scheduling has heard of the client."""
    found: list[Json] = []

    async def is_set() -> bool:
        answer = await bed.owner.ask("POST", "/v1/appointments", json=body)
        if answer.is_success:
            found.append(answer.json())
        return bool(answer.is_success)

    await eventually(is_set)
    return found[0]


def at(moment: datetime) -> str:
    """As the API takes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def of_week(staff: list[str], since: datetime = WEEK) -> str:
    """What a calendar asks for that shows a week of these."""
    window = f"ends_from={at(since)}&starts_to={at(since + timedelta(days=7))}"
    return f"/appointments?limit=200&{window}" + "".join(f"&staff_id={one}" for one in staff)
