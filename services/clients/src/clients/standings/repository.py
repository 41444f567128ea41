"""All SQL of standings: kept as they come, and summed up beside the client they are about."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    column,
    exists,
    func,
    literal_column,
    or_,
    select,
    table,
    update,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert

from chassis.rows import rows_of
from chassis.statements import Statement, statement
from chassis.work import UnitOfWork
from clients.standings.rules import INVOICE, VISITS, Standing, balances, newest
from clients.standings.tables import standings

_C: Final = standings.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_NAMES: Final = tuple(field.name for field in fields(Standing))
# As many of a client's next appointments are kept beside it.
_UPCOMING: Final = 50
_INSTANT: Final = DateTime(timezone=True)
# Named, not imported: clients and the timeline build on this.
clients: Final = table(
    "clients", column("tenant_id", Uuid), column("id", Uuid), column("merged_into", Uuid)
)
_activity: Final = table(
    "client_activity", column("tenant_id", Uuid), column("client_id", Uuid),
    column("last_activity_at", _INSTANT), column("balances", JSONB),
    column("balance_currency", Text), column("appointments", ARRAY(_INSTANT)),
)  # fmt: skip
_A: Final = _activity.c


def _put() -> Statement:
    names = ("tenant_id", *_NAMES)
    given = rows_of(standings, names)
    # In one order, so that two who put the same do not wait for each other.
    put = insert(standings).from_select(
        names, select(*(given.c[name] for name in names)).order_by(given.c.kind, given.c.id)
    )
    rest = [name for name in _NAMES if name not in ("kind", "id")]
    return statement(put.on_conflict_do_update(
        index_elements=["tenant_id", "kind", "id"],
        set_={name: put.excluded[name] for name in rest}, where=_C.version < put.excluded.version,
    ))  # fmt: skip


_PUT: Final = _put()
_named: Final = rows_of(standings, ("kind", "id"))
_OWNERS: Final = statement(
    select(_C.client_id).distinct().join_from(
        _named, standings,
        (_C.tenant_id == _TENANT) & (_C.kind == _named.c.kind) & (_C.id == _named.c.id),
    )
)  # fmt: skip
_SURVIVORS: Final = statement(
    select(clients.c.merged_into).where(
        clients.c.tenant_id == _TENANT, clients.c.merged_into.is_not(None),
        clients.c.id == any_(bindparam("client_ids", type_=ARRAY(Uuid))),
    )
)  # fmt: skip
# One at a time sums up a client: what two are told of at once is in the later one's sum.
_HOLD: Final = statement(
    insert(_activity)
    .values(tenant_id=_TENANT, client_id=bindparam("client_id"), last_activity_at=bindparam("at"))
    .on_conflict_do_update(
        index_elements=["tenant_id", "client_id"], set_={"client_id": _A.client_id}
    )
)  # fmt: skip
_merged: Final = select(clients.c.id).where(
    clients.c.tenant_id == _TENANT, clients.c.merged_into == bindparam("client_id", type_=Uuid)
)
_OF_CLIENT: Final = (
    (_C.tenant_id == _TENANT)
    & _C.is_live
    & (_C.client_id == any_(func.array_append(
        func.array(_merged.scalar_subquery(), type_=ARRAY(Uuid)),
        bindparam("client_id", type_=Uuid), type_=ARRAY(Uuid),
    )))
)  # fmt: skip
_OWED: Final = statement(
    select(_C.currency, func.sum(_C.amount_minor, type_=Integer))
    .where(_OF_CLIENT, _C.kind == literal_column(f"'{INVOICE}'", Text))
    .group_by(_C.currency).order_by(func.max(cast(_C.id, Text)).desc())
)  # fmt: skip
_VISITS: Final = statement(
    select(_C.starts_at)
    .where(_OF_CLIENT, _C.kind == any_(bindparam("kinds", type_=ARRAY(Text))),
           _C.starts_at > bindparam("now", type_=_INSTANT))
    .order_by(_C.starts_at).limit(literal_column(str(_UPCOMING)))
)  # fmt: skip
_IS_SUMMED: Final = statement(
    select(
        exists(select(_C.id).where(_OF_CLIENT))
        | exists(select(_A.client_id).where(
            _A.tenant_id == _TENANT, _A.client_id == bindparam("client_id", type_=Uuid),
            or_(_A.balances.is_not(None), _A.appointments.is_not(None)),
        ))
    )
)  # fmt: skip
_SUM_UP: Final = statement(
    update(_activity)
    .values({n: bindparam(n, type_=_A[n].type)
             for n in ("balances", "balance_currency", "appointments")})
    .where(_A.tenant_id == _TENANT, _A.client_id == bindparam("client_id"))
)  # fmt: skip


async def owners(work: UnitOfWork, told: Sequence[Standing]) -> set[UUID]:
    """The clients that these are about, and were about before."""
    asked = [{"kind": one.kind, "id": one.id} for one in told]
    before = await work.fetch(_OWNERS, tenant_id=work.tenant_id, rows=asked)
    return {one.client_id for one in told}.union(row[0] for row in before)


async def with_survivors(work: UnitOfWork, client_ids: Iterable[UUID]) -> list[UUID]:
    """The clients and who answers for them, in the order in which they are held."""
    ids = set(client_ids)
    rows = await work.fetch(_SURVIVORS, tenant_id=work.tenant_id, client_ids=sorted(ids))
    return sorted(ids.union(row[0] for row in rows))


async def hold(work: UnitOfWork, client_ids: Iterable[UUID], at: datetime) -> None:
    """Keep others from summing them up until this is done."""
    for client_id in client_ids:
        await work.execute(_HOLD, tenant_id=work.tenant_id, client_id=client_id, at=at)


async def is_summed(work: UnitOfWork, client_id: UUID) -> bool:
    """Whether anything was ever told that makes a sum for the client."""
    found: bool = await work.fetchval(_IS_SUMMED, tenant_id=work.tenant_id, client_id=client_id)
    return found


async def put(work: UnitOfWork, told: Sequence[Standing]) -> None:
    """Keep what is newer than what is known; each once."""
    rows = [{"tenant_id": work.tenant_id, **asdict(one)} for one in newest(told)]
    await work.execute(_PUT, rows=rows)


async def sum_up(work: UnitOfWork, client_id: UUID) -> None:
    """What a client and those merged into it owe and expect."""
    asked = {"tenant_id": work.tenant_id, "client_id": client_id}
    owed = await work.fetch(_OWED, **asked)
    visits = await work.fetch(_VISITS, **asked, kinds=list(VISITS), now=work.now)
    values: dict[str, Any] = {"balances": None, "balance_currency": None, "appointments": None}
    if owed:
        values["balances"] = balances((row[0], int(row[1])) for row in owed)
        values["balance_currency"] = owed[0][0]
    if visits:
        values["appointments"] = [row[0] for row in visits]
    await work.execute(_SUM_UP, **asked, **values)


def next_visit(activity: FromClause) -> ColumnElement[Any]:
    """When a client is expected next: of those kept beside it, or of all there are, where more than
    were kept have passed since anything was heard of them.
    """
    visits = func.unnest(activity.c.appointments, type_=_INSTANT)
    visit = visits.column_valued("visit")
    kept = select(func.min(visit, type_=_INSTANT)).where(visit > func.now()).correlate(activity)
    was_full = func.cardinality(activity.c.appointments) >= literal_column(str(_UPCOMING))
    return func.coalesce(
        kept.scalar_subquery(), case((was_full, _first_of_all(activity))), type_=_INSTANT
    )


def _first_of_all(activity: FromClause) -> ColumnElement[Any]:
    merged = clients.alias("visiting_client")
    others = select(merged.c.id).where(
        merged.c.tenant_id == activity.c.tenant_id, merged.c.merged_into == activity.c.client_id
    ).correlate_except(merged)  # fmt: skip
    ids = func.array_append(
        func.array(others.scalar_subquery(), type_=ARRAY(Uuid)), activity.c.client_id,
        type_=ARRAY(Uuid),
    )  # fmt: skip
    first = select(func.min(_C.starts_at, type_=_INSTANT)).where(
        _C.tenant_id == activity.c.tenant_id, _C.is_live, _C.client_id == any_(ids),
        _C.kind.in_([literal_column(f"'{kind}'", Text) for kind in VISITS]),
        _C.starts_at > func.now(),
    )  # fmt: skip
    return first.correlate_except(standings).scalar_subquery()


def has_package(
    source: FromClause, is_it: ColumnElement[bool] | None = None
) -> ColumnElement[bool]:
    """Whether a client, or one merged into it, has a package now: any, or one of those."""
    owner = clients.alias("package_owner")
    today = func.date(func.timezone(literal_column("'UTC'", Text), func.now()))
    held = (
        select(func.coalesce(owner.c.merged_into, _C.client_id, type_=Uuid))
        .join_from(standings, owner, (owner.c.tenant_id == _C.tenant_id)
                   & (owner.c.id == _C.client_id))
        .where(_C.tenant_id == _TENANT, _C.is_live, _C.package_id.is_not(None),
               or_(_C.ends_on.is_(None), _C.ends_on >= today),
               *(() if is_it is None else (is_it,)))
    )  # fmt: skip
    return source.c.id.in_(held)


def is_package(name: str) -> ColumnElement[bool]:
    """One of those that a parameter names."""
    return _C.package_id == any_(bindparam(name, type_=ARRAY(Uuid)))
