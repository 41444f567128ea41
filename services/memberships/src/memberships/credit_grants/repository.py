"""What is read of credit by what has charged it."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.statements import statement
from chassis.work import UnitOfWork
from memberships.credit.tables.ledger import credit_accounts, credit_entries, credit_lots
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs

_A: Final = credit_accounts.c
_E: Final = credit_entries.c
_L: Final = credit_lots.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_IDS: Final = bindparam("ids", type_=ARRAY(Uuid))
_ZERO: Final[Any] = literal_column("0", BigInteger)


def _word(text: str) -> Any:
    return literal_column(f"'{text}'", Text)


_given: Final = func.unnest(_IDS).table_valued(column("id", Uuid), name="given").render_derived()
_OWNERS: Final = statement(
    select(_given.c.id, survivor_of(client_refs, _given.c.id).label("owner_id"))
)
_ACCOUNTS: Final = statement(
    select(_A.id).where(
        _A.tenant_id == _TENANT,
        _A.credit_type_id == any_(bindparam("credit_type_ids", type_=ARRAY(Uuid))),
        about_clients(client_refs, _A.client_id, _IDS),
    )
)
# What somebody refunded by hand is not given again: money was given for it.
_TAKEN: Final = statement(
    select(_E.lot_id, cast(func.sum(_E.amount), BigInteger).label("amount"))
    .where(_E.tenant_id == _TENANT, _E.lot_id == any_(_IDS), _E.account == _word("refunded"),
           func.split_part(_E.cause, _word(":"), literal_column("3"), type_=Text).in_(
               [_word("taken_back"), _word("given_again")]))
    .group_by(_E.lot_id)
)  # fmt: skip
_LOST: Final = statement(
    select(_E.lot_id, cast(func.sum(_E.amount), BigInteger).label("amount"))
    .where(_E.tenant_id == _TENANT, _E.lot_id == any_(_IDS), _E.account == _word("expired"))
    .group_by(_E.lot_id)
)
# What was lost at its end nobody used.
_lost: Any = func.coalesce(
    func.sum(case((_E.account == _word("expired"), _E.amount), else_=_ZERO)), _ZERO
)
_UNUSED: Final = statement(
    select(_L.amount, cast(_L.remaining + _lost, BigInteger).label("unused"))
    .select_from(credit_lots.outerjoin(
        credit_entries, and_(_E.tenant_id == _L.tenant_id, _E.lot_id == _L.id)))
    .where(_L.tenant_id == _TENANT, _L.cause == bindparam("cause", type_=Text))
    .group_by(_L.id, _L.amount, _L.remaining)
)  # fmt: skip


async def owners(work: UnitOfWork, client_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Who answers for each of some clients."""
    rows = await work.fetch(_OWNERS, tenant_id=work.tenant_id, ids=list(client_ids))
    return {row["id"]: row["owner_id"] for row in rows}


async def accounts_of(
    work: UnitOfWork, owner_ids: Collection[UUID], credit_type_ids: Collection[UUID]
) -> set[UUID]:
    """The accounts of clients, and of those merged into them, in some types."""
    rows = await work.fetch(
        _ACCOUNTS, tenant_id=work.tenant_id, ids=list(owner_ids),
        credit_type_ids=list(credit_type_ids),
    )  # fmt: skip
    return {row["id"] for row in rows}


async def taken_back(work: UnitOfWork, lot_ids: Collection[UUID]) -> dict[UUID, int]:
    """What was taken back of charges as it was not paid any more, and not given again."""
    rows = await work.fetch(_TAKEN, tenant_id=work.tenant_id, ids=list(lot_ids))
    return {row["lot_id"]: row["amount"] for row in rows}


async def lost(work: UnitOfWork, lot_ids: Collection[UUID]) -> dict[UUID, int]:
    """What is lost of charges as they ended."""
    rows = await work.fetch(_LOST, tenant_id=work.tenant_id, ids=list(lot_ids))
    return {row["lot_id"]: row["amount"] for row in rows}


async def unused(work: UnitOfWork, cause: str) -> list[tuple[int, int]]:
    """Of each charge of a cause its amount, and what nobody has used or holds of it."""
    rows = await work.fetch(_UNUSED, tenant_id=work.tenant_id, cause=cause)
    return [(row["amount"], row["unused"]) for row in rows]
