"""All SQL of imports of calendars."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal_column,
    null,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from background.imports.repository import FileStore, RowStore
from chassis.rows import rows_of
from chassis.statements import statement
from chassis.work import UnitOfWork
from refs.merges import survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of
from scheduling.appointments.tables import appointments
from scheduling.bookings.tables import booking_sessions
from scheduling.calendar_imports.tables import (
    calendar_import_entries,
    import_pieces,
    import_rows,
)

Place = tuple[str, str]
FILES: Final = FileStore(import_pieces)
_R: Final = import_rows.c
_E: Final = calendar_import_entries.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_NAMES: Final = [one.name for one in calendar_import_entries.columns]
_client_id = survivor_of(client_refs, _R.client_id)
_url = literal_column("'/v1/clients/'", Text) + cast(_client_id, Text)
# Whoever imported something may see less by now.
_is_seen = about_visible_client(_R.client_id)
_SHOWN: Final[dict[str, Any]] = {
    "appointment_id": _R.record_id,
    "client_id": case((_R.client_id.is_not(None) & _is_seen, _client_id)),
    "url": case((_R.client_id.is_not(None) & _is_seen, _url)),
    "title": case((_is_seen, _R.after["title"].astext)),
    "starts_at": case((_is_seen, _R.after["starts_at"].astext)),
}  # fmt: skip
ROWS: Final = RowStore(
    import_rows, {"record_id": "record_id", "client_id": "client_id"}, _SHOWN
)  # fmt: skip
_TURN: Final = statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key", type_=Text), 0)))
)
_asked: Final = rows_of(calendar_import_entries, ["uid", "recurrence"])
_KNOWN: Final = statement(
    select(_E.uid, _E.recurrence)
    .join_from(
        calendar_import_entries,
        appointments,
        (appointments.c.tenant_id == _E.tenant_id) & (appointments.c.id == _E.appointment_id),
    )
    .where(
        _E.tenant_id == _TENANT,
        about_visible_client(appointments.c.client_id),
        tuple_(_E.uid, _E.recurrence).in_(select(_asked.c.uid, _asked.c.recurrence)),
    )
)
_ADD: Final = statement(
    insert(calendar_import_entries).from_select(
        _NAMES, select(rows_of(calendar_import_entries, _NAMES))
    )
)
_IDS: Final = any_(bindparam("ids", type_=ARRAY(Uuid)))


def _of_ids(table: Any) -> Any:
    return select(table.c.id).where(table.c.tenant_id == _TENANT, table.c.id == _IDS)


# What a calendar of ours may show under an id.
_OURS: Final = statement(_of_ids(appointments).union_all(_of_ids(booking_sessions)))
_FORGET: Final = statement(
    update(import_rows)
    .where(_R.tenant_id == _TENANT, _R.client_id == bindparam("of_client", type_=Uuid))
    .values(after=null(), faults=null())
)


async def take_turn(work: UnitOfWork) -> None:
    """Let one chunk of a company's imports after the other look what is there."""
    await work.execute(_TURN, key=f"calendar_imports:{work.tenant_id}")


async def known(work: UnitOfWork, places: Collection[Place]) -> set[Place]:
    """Those of some entries that an import brought, whose appointments the caller sees still."""
    rows = [{"uid": uid, "recurrence": recurrence} for uid, recurrence in places]
    if not rows:
        return set()
    values = (await sight_of(work)).values()
    found = await work.fetch(_KNOWN, tenant_id=work.tenant_id, rows=rows, **values)
    return {(row["uid"], row["recurrence"]) for row in found}


async def ours(work: UnitOfWork, ids: Collection[UUID]) -> set[UUID]:
    """Those of some ids that stand for something in this company's calendars."""
    if not ids:
        return set()
    rows = await work.fetch(_OURS, tenant_id=work.tenant_id, ids=list(ids))
    return {row["id"] for row in rows}


async def remember(work: UnitOfWork, made: Sequence[tuple[Place, UUID]]) -> None:
    """Note down what these appointments were."""
    if made:
        await work.execute(_ADD, rows=[
            {"tenant_id": work.tenant_id, "uid": uid, "recurrence": recurrence,
             "appointment_id": appointment_id}
            for (uid, recurrence), appointment_id in made
        ])  # fmt: skip


async def forget(work: UnitOfWork, client_id: UUID) -> None:
    """Keep nothing of what rows told about a client."""
    await work.execute(_FORGET, tenant_id=work.tenant_id, of_client=client_id)
