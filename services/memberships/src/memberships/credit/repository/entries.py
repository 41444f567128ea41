"""The SQL that reads entries: as a list, by client and type, and as a statement."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
)

from chassis.paging import ListQuery
from chassis.statements import statement
from chassis.work import UnitOfWork
from memberships.credit.repository.clauses import (
    amount,
    any_of,
    between,
    of_clients,
    whose,
    with_type,
)
from memberships.credit.rules.ledger import OWN
from memberships.credit.tables.ledger import credit_entries
from refs.visibility import about_visible_client, sight_of

Json = dict[str, Any]
_C: Final = credit_entries.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in (
        "id", "transaction_id", "place", "cause", "account", "credit_type_id", "number", "at",
        "created_by",
    )},
    **whose(credit_entries), "charge_id": _C.lot_id, "amount": amount(_C.amount),
    "on": _C.on_date, "hash": func.encode(_C.hash, literal_column("'hex'", Text)),
}  # fmt: skip
_OURS: Final = (
    _C.tenant_id == _TENANT, about_visible_client(_C.client_id)
)  # fmt: skip
LIST: Final = ListQuery(
    source=with_type(credit_entries), columns=_SHOWN, where=_OURS,
    filters={
        "client_id": of_clients(credit_entries), "charge_id": any_of(_C.lot_id, "charge_id"),
        **{name: any_of(_C[name], name) for name in (
            "credit_type_id", "transaction_id", "account",
        )},
        **between("on", _C.on_date), **between("at", _C.at),
    },
    sorts={"at": _C.at}, default_sort="-at", key=_C.id,
)  # fmt: skip

# What is the client's own: what they have, what is kept of it, less what they owe.
_IS_OWN: Final = or_(*(_C.account == literal_column(f"'{one.value}'", Text) for one in OWN))
_OF_CLIENT: Final = (
    _C.tenant_id == _TENANT, of_clients(credit_entries), about_visible_client(_C.client_id),
    any_of(_C.credit_type_id, "credit_type_id"),
)  # fmt: skip


def _sum(where: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.coalesce(cast(func.sum(_C.amount).filter(where), BigInteger), literal_column("0"))


def _is(*names: str) -> ColumnElement[bool]:
    return or_(*(_C.account == literal_column(f"'{one}'", Text) for one in names))


_WENT: Final = (
    _sum(_IS_OWN).label("own"), _sum(_is("available", "overdrawn")).label("usable"),
    _sum(_is("held")).label("held"),
    *(_sum(_is(name)).label(name) for name in (
        "issued", "used", "expired", "refunded", "adjusted", "transferred",
    )),
)  # fmt: skip
# One line for each transaction and type, with where it went.
_moved = (
    select(
        _C.credit_type_id, _C.transaction_id, func.min(_C.cause).label("cause"),
        func.min(_C.at).label("at"), func.min(_C.on_date).label("on_date"),
        func.min(_C.created_by).label("created_by"), func.min(_C.number).label("number"), *_WENT,
    )
    .group_by(_C.credit_type_id, _C.transaction_id)
)  # fmt: skip
_LINES: Final = statement(
    _moved.where(*_OF_CLIENT, *between("on", _C.on_date).values())
    .order_by(func.min(_C.at), func.min(_C.number), _C.transaction_id)
    .limit(bindparam("most", type_=Integer))
)  # fmt: skip
_SUMS: Final = statement(
    select(_C.credit_type_id, *_WENT)
    .where(*_OF_CLIENT, *between("on", _C.on_date).values())
    .group_by(_C.credit_type_id)
)
_newest = (
    _moved.where(*_OF_CLIENT)
    .order_by(func.min(_C.at).desc(), func.min(_C.number).desc(), _C.transaction_id)
    .limit(bindparam("most", type_=Integer))
    .subquery("newest")
)
_NEWEST: Final = statement(select(_newest).order_by(_newest.c.at, _newest.c.number))
_OPENING: Final = statement(
    select(_C.credit_type_id, _sum(_IS_OWN).label("own"))
    .where(*_OF_CLIENT, _C.on_date < bindparam("on_from", type_=Date))
    .group_by(_C.credit_type_id)
)  # fmt: skip


async def scope_values(work: UnitOfWork) -> dict[str, Any]:
    """What I see."""
    return (await sight_of(work)).values()


async def lines(
    work: UnitOfWork, client_id: UUID, credit_type_ids: list[UUID], days: tuple[date, date],
    most: int,
) -> list[Json]:  # fmt: skip
    """What was posted of a client's types in some days, oldest first."""
    rows = await work.fetch(
        _LINES, tenant_id=work.tenant_id, client_id=[client_id], credit_type_id=credit_type_ids,
        on_from=days[0], on_to=days[1], most=most, **await scope_values(work),
    )  # fmt: skip
    return [dict(row) for row in rows]


async def sums(
    work: UnitOfWork, client_id: UUID, credit_type_ids: list[UUID], days: tuple[date, date]
) -> dict[UUID, Json]:
    """What all of that comes to, by type."""
    rows = await work.fetch(
        _SUMS, tenant_id=work.tenant_id, client_id=[client_id], credit_type_id=credit_type_ids,
        on_from=days[0], on_to=days[1], **await scope_values(work),
    )  # fmt: skip
    return {row["credit_type_id"]: dict(row) for row in rows}


async def newest(work: UnitOfWork, client_id: UUID, credit_type_id: UUID, most: int) -> list[Json]:
    """What was posted last of a client's type, oldest first."""
    rows = await work.fetch(
        _NEWEST, tenant_id=work.tenant_id, client_id=[client_id],
        credit_type_id=[credit_type_id], most=most, **await scope_values(work),
    )  # fmt: skip
    return [dict(row) for row in rows]


async def openings(
    work: UnitOfWork, client_id: UUID, credit_type_ids: list[UUID], since: date
) -> dict[UUID, int]:
    """What a client had of some types before a day."""
    rows = await work.fetch(
        _OPENING, tenant_id=work.tenant_id, client_id=[client_id],
        credit_type_id=credit_type_ids, on_from=since, **await scope_values(work),
    )  # fmt: skip
    return {row["credit_type_id"]: row["own"] for row in rows}
