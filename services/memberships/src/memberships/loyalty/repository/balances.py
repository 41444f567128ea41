"""All SQL of how many points clients have."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Uuid,
    bindparam,
    cast,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.statements import statement
from chassis.work import Record, UnitOfWork
from memberships.credit.repository.clauses import is_at_rest
from memberships.credit.rules.ledger import Place
from memberships.credit.tables.ledger import credit_accounts, credit_entries, credit_lots
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of

_A: Final = credit_accounts.c
_E: Final = credit_entries.c
_L: Final = credit_lots.c
_TODAY: Final = bindparam("today", type_=Date)
_ZERO: Final = literal_column("0", BigInteger)


def _sum(column: ColumnElement[Any], *where: ColumnElement[bool]) -> ColumnElement[Any]:
    total = func.sum(column).filter(*where) if where else func.sum(column)
    return func.coalesce(cast(total, BigInteger), _ZERO)


def _to(*places: Place) -> ColumnElement[Any]:
    """What came to these places, or went from them below zero."""
    return _sum(_E.amount, _E.account.in_([literal_column(f"'{one.value}'") for one in places]))


_moved = (
    select(
        (-_to(Place.ISSUED, Place.REFUNDED)).label("earned"), _to(Place.USED).label("redeemed"),
        _to(Place.EXPIRED).label("expired"),
        (-_to(Place.ADJUSTED, Place.TRANSFERRED)).label("otherwise"),
    )
    .where(_E.tenant_id == _A.tenant_id, _E.client_id == _A.client_id,
           _E.account_id == _A.id)
    .lateral("moved")
)  # fmt: skip
# As rules.lots.is_usable says.
_usable = (
    select(_sum(_L.remaining).label("usable"))
    .where(_L.tenant_id == _A.tenant_id, _L.account_id == _A.id, _L.remaining > _ZERO,
           _L.starts_on <= _TODAY, or_(_L.expires_on.is_(None), _L.expires_on >= _TODAY),
           _L.stopped_at.is_(None), _L.taken_back_at.is_(None), not_(is_at_rest(_L.rests)))
    .lateral("usable_today")
)  # fmt: skip
_OF_CLIENTS: Final = statement(
    select(survivor_of(client_refs, _A.client_id).label("client_id"), *_moved.c,
           (_usable.c.usable - _A.overdrawn).label("balance"), _A.held)
    .select_from(credit_accounts.join(_moved, true()).join(_usable, true()))
    .where(
        _A.tenant_id == bindparam("tenant_id", type_=Uuid),
        _A.credit_type_id == bindparam("credit_type_id", type_=Uuid),
        about_clients(client_refs, _A.client_id, bindparam("clients", type_=ARRAY(Uuid))),
        about_visible_client(_A.client_id),
    )
    .order_by(_A.client_id)
)  # fmt: skip


async def of_clients(
    work: UnitOfWork, client_ids: Collection[UUID], credit_type_id: UUID, today: date
) -> list[Record]:
    """What each account of some visible clients has, in the smallest part of the type."""
    values = {"clients": list(client_ids), "credit_type_id": credit_type_id, "today": today}
    sight = (await sight_of(work)).values()
    return await work.fetch(_OF_CLIENTS, tenant_id=work.tenant_id, **values, **sight)
