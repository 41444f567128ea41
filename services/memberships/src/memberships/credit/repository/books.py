"""The SQL by which credit moves: what is posted is written in one message."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as _insert

from chassis.ids import new_id
from chassis.rows import rows_of, written
from chassis.statements import Statement, statement
from chassis.tables import written_columns
from chassis.together import Asked
from chassis.work import UnitOfWork
from memberships.credit.rules.ledger import Place
from memberships.credit.tables.ledger import (
    PartRow,
    credit_accounts,
    credit_entries,
    credit_lots,
    credit_parts,
)
from refs.merges import survivor_of
from refs.tables import client_refs

_P: Final = credit_parts.c
_IDS: Final = bindparam("ids", type_=ARRAY(Uuid))
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_SURVIVOR: Final = statement(
    select(survivor_of(client_refs, bindparam("client_id", type_=Uuid)).label("id"))
)
_names = [one.name for one in written_columns(credit_accounts)]
# In one order, so that two who do so never wait for each other.
_ENSURE: Final = statement(
    _insert(credit_accounts)
    .from_select(_names, select(*(_r := rows_of(credit_accounts, _names)).c).order_by(
        _r.c.credit_type_id, _r.c.client_id))
    .on_conflict_do_nothing()
)  # fmt: skip

_PARTS: Final = statement(
    select(*written_columns(credit_parts))
    .where(_P.tenant_id == _TENANT, _P.owner_id == bindparam("owner_id", type_=Uuid),
           _P.account == bindparam("at", type_=Text))
    .order_by(_P.place)
)  # fmt: skip
# What was used or held beyond what there was, oldest first.
_OWED: Final = statement(
    select(*written_columns(credit_parts))
    .where(_P.tenant_id == _TENANT, _P.account_id == any_(_IDS), _P.lot_id.is_(None),
           _P.account.is_not(None))
    .order_by(_P.created_at, _P.id)
)  # fmt: skip


def _adding(table: Table) -> Statement:
    names = [one.name for one in table.columns]
    return statement(insert(table).from_select(names, select(*rows_of(table, names).c)))


def _changing(table: Table, *names: str) -> Statement:
    given = rows_of(table, ["tenant_id", "id", "version", "updated_at", *names])
    return statement(
        update(table)
        .where(table.c.tenant_id == given.c.tenant_id, table.c.id == given.c.id)
        .values({name: given.c[name] for name in ("version", "updated_at", *names)})
    )


_ADD: Final = {
    one.name: _adding(one) for one in (credit_lots, credit_entries, credit_parts)
}  # fmt: skip
# What may become another of a charge.
STATES: Final = (
    "amount", "remaining", "held", "starts_on", "expires_on", "days", "rests", "stopped_at",
    "taken_back_at", "is_expiring_told",
)  # fmt: skip
_CHANGE: Final = {
    "credit_accounts": _changing(
        credit_accounts, "available", "held", "overdrawn", "is_low", "entry_count", "head"
    ),
    "credit_lots": _changing(credit_lots, *STATES),
    "credit_parts": _changing(
        credit_parts, "owner_kind", "owner_id", "account_id", "lot_id", "amount", "account"
    ),
}  # fmt: skip


async def survivor(work: UnitOfWork, client_id: UUID) -> UUID:
    """Who answers for a client."""
    found: UUID = await work.fetchval(_SURVIVOR, tenant_id=work.tenant_id, client_id=client_id)
    return found


async def ensure(work: UnitOfWork, client_id: UUID, credit_type_ids: Collection[UUID]) -> None:
    """Have accounts of who answers for a client."""
    owner_id = await survivor(work, client_id)
    await ensure_each(work, [(owner_id, one) for one in credit_type_ids])


async def ensure_each(work: UnitOfWork, wanted: Collection[tuple[UUID, UUID]]) -> None:
    """Have accounts of clients, who answer for themselves, in credit types."""
    made = {
        "tenant_id": work.tenant_id, "version": 1, "created_at": work.now, "updated_at": work.now,
        "available": 0, "held": 0, "overdrawn": 0, "is_low": False, "entry_count": 0, "head": b"",
    }  # fmt: skip
    rows = [
        written(made | {"id": new_id(), "client_id": owner_id, "credit_type_id": type_id})
        for owner_id, type_id in wanted
    ]  # fmt: skip
    await work.execute(_ENSURE, rows=rows)


async def parts(work: UnitOfWork, owner_id: UUID, at: Place) -> list[PartRow]:
    """What a use or a hold has of lots there."""
    rows = await work.fetch(_PARTS, tenant_id=work.tenant_id, owner_id=owner_id, at=at.value)
    return [PartRow(**row) for row in rows]


async def owed(work: UnitOfWork, account_ids: Collection[UUID]) -> list[PartRow]:
    """What is of no lot yet, oldest first."""
    rows = await work.fetch(_OWED, tenant_id=work.tenant_id, ids=list(account_ids))
    return [PartRow(**row) for row in rows]


def adding(table: Table, rows: Sequence[Mapping[str, Any]]) -> list[Asked]:
    """New rows, to be written together with others."""
    return [(_ADD[table.name], {"rows": [written(one) for one in rows]})] if rows else []


def changing(table: Table, rows: Sequence[Mapping[str, Any]]) -> list[Asked]:
    """Rows as they shall be, to be written together with others."""
    return [(_CHANGE[table.name], {"rows": [written(one) for one in rows]})] if rows else []
