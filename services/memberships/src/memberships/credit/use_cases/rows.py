"""The rows that a book of credit is about to write."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import fields, replace
from datetime import datetime
from functools import cache
from typing import Any, Final, TypeVar, cast
from uuid import UUID

from chassis.ids import new_id
from chassis.tables import Row
from chassis.work import UnitOfWork
from memberships.credit.rules.ledger import OWNERS, Place
from memberships.credit.rules.lots import Part
from memberships.credit.rules.rests import number_of
from memberships.credit.tables.ledger import Account, Lot

RowT = TypeVar("RowT", bound=Row)
_KEYS: Final = ("tenant_id", "id", "version", "updated_at")


def lot(work: UnitOfWork, account: Account, amount: int, values: dict[str, Any]) -> Lot:
    """What a charge brings, before it is issued."""
    starts_on, until = values["starts_on"], values["expires_on"]
    rests = values.pop("rests", [])
    days = None if until is None else number_of(starts_on, until, rests)
    return Lot(
        tenant_id=work.tenant_id, id=values.pop("id", None) or new_id(), version=1,
        created_at=work.now, updated_at=work.now, account_id=account.id,
        client_id=account.client_id, credit_type_id=account.credit_type_id, amount=amount,
        remaining=0, held=0, stopped_at=values.pop("stopped_at", None), taken_back_at=None,
        days=days, rests=rests, is_expiring_told=False, created_by=work.caller.principal, **values,
    )  # fmt: skip


def parts(
    work: UnitOfWork, owner_id: UUID, taken: Sequence[Part[Lot]], owing: tuple[UUID, Place]
) -> list[dict[str, Any]]:
    """What its owner took of which lots, or owes on an account; and where it is now."""
    account_id, at = owing
    return [
        {"tenant_id": work.tenant_id, "id": new_id(), "version": 1, "created_at": work.now,
         "updated_at": work.now, "owner_kind": OWNERS[at], "owner_id": owner_id,
         "lot_id": one.lot.id if one.lot else None,
         "account_id": one.lot.account_id if one.lot else account_id, "amount": one.amount,
         "account": at.value, "place": place}
        for place, one in enumerate(taken)
    ]  # fmt: skip


def whole(one: Hashable) -> dict[str, Any]:
    """All that a record has, by name. What is in it is not copied, as `asdict` would."""
    return {name: getattr(one, name) for name in _names(type(one))}


def raised(row: RowT, now: datetime) -> RowT:
    """A row that has changed, in its next version."""
    return replace(row, version=row.version + 1, updated_at=now)


def kept(row: Row, names: Iterable[str]) -> dict[str, Any]:
    """What is written of a row that has changed."""
    return {name: getattr(row, name) for name in (*_KEYS, *names)}


@cache
def _names(kind: Hashable) -> tuple[str, ...]:
    return tuple(one.name for one in fields(cast(Any, kind)))
