"""The SQL that locks accounts of credit, in one order, and reads what is left of their lots."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, any_, bindparam, func, literal_column, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.statements import Statement, statement
from chassis.tables import written_columns
from chassis.together import Asked
from chassis.work import Record, UnitOfWork
from memberships.credit.tables.ledger import Account, Lot, credit_accounts, credit_lots
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
_SEEN: Final = credit_accounts.alias("as_seen").c
_TOUCHED: Final = credit_accounts.alias("touched").c
_S: Final = credit_shares.c
_CLIENTS: Final = bindparam("client_ids", type_=ARRAY(Uuid))
_TYPES: Final = bindparam("credit_type_ids", type_=ARRAY(Uuid))
_IDS: Final = bindparam("ids", type_=ARRAY(Uuid))
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_TRUE: Final[ColumnElement[bool]] = literal_column("true")
_OWN: Final = about_clients(client_refs, _A.client_id, _CLIENTS)
_IS_LEFT: Final = or_(_L.remaining > literal_column("0"), _L.held > literal_column("0"))
_LOT: Final = "lot_"


def _locking(is_own: ColumnElement[bool], *where: ColumnElement[bool]) -> Statement:
    """Accounts, each with the lots of which something is left.

    Whoever had to wait for an account is given it as it is then, and lots as they were before:
    `seen_version` is the account's of that time, and tells them.
    """
    owner = survivor_of(client_refs, _A.client_id)
    query = select(
        *written_columns(credit_accounts), owner.label("owner_id"), is_own.label("is_own"),
        _SEEN.version.label("seen_version"),
    ).where(
        _A.tenant_id == _TENANT, *where, _SEEN.tenant_id == _A.tenant_id, _SEEN.id == _A.id
    )  # fmt: skip
    locked = query.order_by(_A.id).with_for_update(of=credit_accounts).cte("locked")
    lots = (one.label(f"{_LOT}{one.name}") for one in written_columns(credit_lots))
    theirs = (_L.tenant_id == locked.c.tenant_id) & (_L.account_id == locked.c.id) & _IS_LEFT
    return statement(select(*locked.c, *lots).select_from(locked.outerjoin(credit_lots, theirs)))


_shared = select(_S.client_id).where(
    _S.tenant_id == _TENANT, _S.ended_at.is_(None),
    or_(_S.credit_type_id.is_(None), _S.credit_type_id == any_(_TYPES)),
    about_clients(client_refs, _S.with_client_id, _CLIENTS),
)  # fmt: skip
_IS_SHARED: Final = statement(_shared.limit(literal_column("1")))
_reached = func.array_cat(
    _CLIENTS, func.array(_shared.scalar_subquery(), type_=ARRAY(Uuid)), type_=ARRAY(Uuid)
)
_OF_TYPES: Final = _A.credit_type_id == any_(_TYPES)
_LOCK: Final = _locking(_TRUE, _OF_TYPES, _OWN)
_LOCK_OWN: Final = _locking(_TRUE, _OF_TYPES, _OWN, ~_shared.exists())
_LOCK_SHARED: Final = _locking(_OWN, _OF_TYPES, about_clients(client_refs, _A.client_id, _reached))


def _of_touched(column: ColumnElement[Any]) -> ColumnElement[Any]:
    found = select(column).where(_TOUCHED.tenant_id == _TENANT, _TOUCHED.id == any_(_IDS))
    return func.array(found.scalar_subquery(), type_=ARRAY(Uuid))


# With those of whoever is one client with theirs: what they have together is told, and owed.
_LOCK_EACH: Final = _locking(
    _TRUE, _A.credit_type_id == any_(_of_touched(_TOUCHED.credit_type_id)),
    about_clients(client_refs, _A.client_id, _of_touched(_TOUCHED.client_id)),
)  # fmt: skip
# Of whatever type, before several are opened one after the other.
_HOLD: Final = statement(
    select(_A.id).where(_A.tenant_id == _TENANT, _OWN).order_by(_A.id).with_for_update()
)

_LOTS: Final = statement(
    select(*written_columns(credit_lots)).where(
        _L.tenant_id == _TENANT, _L.account_id == any_(_IDS), _IS_LEFT,
    )
    .union(select(*written_columns(credit_lots)).where(
        _L.tenant_id == _TENANT, _L.id == any_(bindparam("lot_ids", type_=ARRAY(Uuid))),
    ))
)  # fmt: skip
_LOCKED: Final = tuple(one.name for one in fields(Locked))
_SHOWN: Final = {one.name: f"{_LOT}{one.name}" for one in written_columns(credit_lots)}


async def is_shared(work: UnitOfWork, client_id: UUID, credit_type_id: UUID) -> bool:
    """Whether anybody lets a client use a type of theirs."""
    return await work.fetchrow(_IS_SHARED, **_of(work, client_id, credit_type_id)) is not None


def asked_to_lock_own(work: UnitOfWork, client_id: UUID, credit_type_id: UUID) -> Asked:
    """What `lock_own` asks, to be read ahead."""
    return _LOCK_OWN, _of(work, client_id, credit_type_id)


async def lock_own(
    work: UnitOfWork, client_id: UUID, credit_type_id: UUID
) -> tuple[list[Locked], list[Lot]]:
    """What `lock` finds of one client and type; nothing is locked where anybody lets them use
    theirs.
    """
    rows = await work.fetch(_LOCK_OWN, **_of(work, client_id, credit_type_id))
    return await _as_they_are(work, rows)


async def lock(
    work: UnitOfWork, client_ids: Sequence[UUID], credit_type_ids: Sequence[UUID], *,
    with_shared: bool = False,
) -> tuple[list[Locked], list[Lot]]:  # fmt: skip
    """The accounts of some clients and of those merged into them, locked in the order of their
    ids; and what is left, or held, of which lots.
    """
    rows = await work.fetch(
        _LOCK_SHARED if with_shared else _LOCK, tenant_id=work.tenant_id,
        client_ids=list(client_ids), credit_type_ids=list(credit_type_ids),
    )  # fmt: skip
    return await _as_they_are(work, rows)


async def lock_each(
    work: UnitOfWork, account_ids: Collection[UUID]
) -> tuple[list[Locked], list[Lot]]:
    """The same of these accounts, with all others of the same clients and types."""
    rows = await work.fetch(_LOCK_EACH, tenant_id=work.tenant_id, ids=list(account_ids))
    return await _as_they_are(work, rows)


async def hold(work: UnitOfWork, client_ids: Collection[UUID]) -> None:
    """Until the work ends nobody else changes what these clients have; all wait in one order."""
    await work.fetch(_HOLD, tenant_id=work.tenant_id, client_ids=list(client_ids))


def _of(work: UnitOfWork, client_id: UUID, credit_type_id: UUID) -> dict[str, Any]:
    return {
        "tenant_id": work.tenant_id, "client_ids": [client_id],
        "credit_type_ids": [credit_type_id],
    }  # fmt: skip


async def _as_they_are(work: UnitOfWork, rows: Sequence[Record]) -> tuple[list[Locked], list[Lot]]:
    accounts = {
        row["id"]: Locked(**{name: row[name] for name in _LOCKED}) for row in rows
    }  # fmt: skip
    if any(row["seen_version"] != row["version"] for row in rows):
        return list(accounts.values()), await lots(work, accounts)
    found = [
        Lot(**{name: row[shown] for name, shown in _SHOWN.items()})
        for row in rows if row[_SHOWN["id"]] is not None
    ]  # fmt: skip
    return list(accounts.values()), found


async def lots(
    work: UnitOfWork, account_ids: Collection[UUID], lot_ids: Collection[UUID] = ()
) -> list[Lot]:
    """The lots of locked accounts of which something is left or held, and those that are named."""
    rows = await work.fetch(
        _LOTS, tenant_id=work.tenant_id, ids=list(account_ids), lot_ids=list(lot_ids)
    )
    return [Lot(**row) for row in rows]
