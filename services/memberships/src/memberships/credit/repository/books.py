"""The SQL by which credit moves: accounts are locked in one order, and written in one message."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Table,
    Uuid,
    any_,
    bindparam,
    func,
    insert,
    literal_column,
    or_,
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
from memberships.credit.tables.ledger import (
    Account,
    Lot,
    PartRow,
    credit_accounts,
    credit_entries,
    credit_lots,
    credit_parts,
)
from memberships.credit.tables.moves import credit_shares
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked(Account):
    """An account that nobody else changes meanwhile; `owner_id` is who answers for its client, and
    `is_own` tells it from one that is shared with whoever was asked for.
    """

    owner_id: UUID
    is_own: bool


_A: Final = credit_accounts.c
_L: Final = credit_lots.c
_P: Final = credit_parts.c
_S: Final = credit_shares.c
_CLIENTS: Final = bindparam("client_ids", type_=ARRAY(Uuid))
_TYPES: Final = bindparam("credit_type_ids", type_=ARRAY(Uuid))
_IDS: Final = bindparam("ids", type_=ARRAY(Uuid))
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_TRUE: Final[ColumnElement[bool]] = literal_column("true")
_OWN: Final = about_clients(client_refs, _A.client_id, _CLIENTS)

_SURVIVOR: Final = statement(
    select(survivor_of(client_refs, bindparam("client_id", type_=Uuid)).label("id"))
)
_names = [one.name for one in written_columns(credit_accounts)]
# In the order of their types, so that two who do so never wait for each other.
_ENSURE: Final = statement(
    _insert(credit_accounts)
    .from_select(_names, select(*(_r := rows_of(credit_accounts, _names)).c).order_by(
        _r.c.credit_type_id, _r.c.client_id))
    .on_conflict_do_nothing()
)  # fmt: skip


def _locking(is_own: ColumnElement[bool], *where: ColumnElement[bool]) -> Statement:
    owner = survivor_of(client_refs, _A.client_id)
    query = select(
        *written_columns(credit_accounts), owner.label("owner_id"), is_own.label("is_own")
    )
    ordered = query.where(_A.tenant_id == _TENANT, *where).order_by(_A.id)
    return statement(ordered.with_for_update(of=credit_accounts))


_shared = select(_S.client_id).where(
    _S.tenant_id == _TENANT, _S.ended_at.is_(None),
    or_(_S.credit_type_id.is_(None), _S.credit_type_id == any_(_TYPES)),
    about_clients(client_refs, _S.with_client_id, _CLIENTS),
)  # fmt: skip
_reached = func.array_cat(
    _CLIENTS, func.array(_shared.scalar_subquery(), type_=ARRAY(Uuid)), type_=ARRAY(Uuid)
)
_OF_TYPES: Final = _A.credit_type_id == any_(_TYPES)
_LOCK: Final = _locking(_TRUE, _OF_TYPES, _OWN)
_LOCK_SHARED: Final = _locking(_OWN, _OF_TYPES, about_clients(client_refs, _A.client_id, _reached))
_LOCK_EACH: Final = _locking(_TRUE, _A.id == any_(_IDS))

_LOTS: Final = statement(
    select(*written_columns(credit_lots)).where(
        _L.tenant_id == _TENANT, _L.account_id == any_(_IDS),
        or_(_L.remaining > literal_column("0"), _L.held > literal_column("0")),
    )
    .union(select(*written_columns(credit_lots)).where(
        _L.tenant_id == _TENANT, _L.id == any_(bindparam("lot_ids", type_=ARRAY(Uuid))),
    ))
)  # fmt: skip
_PARTS: Final = statement(
    select(*written_columns(credit_parts))
    .where(_P.tenant_id == _TENANT, _P.owner_id == bindparam("owner_id", type_=Uuid),
           _P.account.is_not(None))
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
_CHANGE: Final = {
    "credit_accounts": _changing(
        credit_accounts, "available", "held", "overdrawn", "is_low", "entry_count", "head"
    ),
    "credit_lots": _changing(
        credit_lots, "amount", "remaining", "held", "expires_on", "stopped_at", "taken_back_at",
        "is_expiring_told",
    ),
    "credit_parts": _changing(credit_parts, "owner_id", "lot_id", "amount", "account"),
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


async def lock(
    work: UnitOfWork, client_ids: Sequence[UUID], credit_type_ids: Sequence[UUID], *,
    with_shared: bool = False,
) -> list[Locked]:  # fmt: skip
    """The accounts of some clients and of those merged into them, in the order they are locked."""
    rows = await work.fetch(
        _LOCK_SHARED if with_shared else _LOCK, tenant_id=work.tenant_id,
        client_ids=list(client_ids), credit_type_ids=list(credit_type_ids),
    )  # fmt: skip
    return [Locked(**row) for row in rows]


async def lock_each(work: UnitOfWork, account_ids: Collection[UUID]) -> list[Locked]:
    """These accounts."""
    rows = await work.fetch(_LOCK_EACH, tenant_id=work.tenant_id, ids=list(account_ids))
    return [Locked(**row) for row in rows]


async def lots(
    work: UnitOfWork, account_ids: Collection[UUID], lot_ids: Collection[UUID] = ()
) -> list[Lot]:
    """The lots of locked accounts of which something is left or held, and those that are named."""
    rows = await work.fetch(
        _LOTS, tenant_id=work.tenant_id, ids=list(account_ids), lot_ids=list(lot_ids)
    )
    return [Lot(**row) for row in rows]


async def parts(work: UnitOfWork, owner_id: UUID) -> list[PartRow]:
    """What a use or a hold has of lots."""
    rows = await work.fetch(_PARTS, tenant_id=work.tenant_id, owner_id=owner_id)
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
