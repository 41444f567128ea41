"""How work time is listed, added up and shown."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.amounts import amount
from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery, Paging
from chassis.statements import Statement, statement
from chassis.work import UnitOfWork
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs
from scheduling.tasks.rules import NOBODY
from scheduling.time_entries.repository.clauses import (
    AMOUNT,
    OURS,
    SCOPE,
    SECONDS,
    SEES_MONEY,
    scope_values,
)
from scheduling.time_entries.repository.rows import TimeEntryRepository
from scheduling.time_entries.rules import TimeEntryNotFound
from scheduling.time_entries.tables import time_entries

_C: Final = time_entries.c
_INSTANT: Final = DateTime(timezone=True)
_ABOUT: Final = survivor_of(client_refs, _C.client_id)
_RUNS: Final = _C.ended_at.is_(None)
_COSTS: Final = and_(_C.is_billable, _C.rate_minor.is_not(None), SEES_MONEY)
_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "user_id", "task_id", "work_cycle_id",
        "started_at", "ended_at", "note", "currency", "time_invoice_id", "created_by",
    )},
    "client_id": _ABOUT, "url": literal_column("'/v1/clients/'", Text) + cast(_ABOUT, Text),
    "running": _RUNS, "seconds": SECONDS, "billable": _C.is_billable,
    "rate": case((SEES_MONEY, amount(_C.rate_minor, _C.currency))),
    "amount": case((_COSTS, amount(AMOUNT, _C.currency))),
}  # fmt: skip


def _ids(name: str) -> ColumnElement[Any]:
    return bindparam(name, type_=ARRAY(Uuid))


def _flag(name: str, holds: ColumnElement[bool]) -> ColumnElement[bool]:
    asked = bindparam(name, type_=Boolean)
    return or_(and_(asked, holds), and_(not_(asked), not_(holds)))


def _between(name: str, when: ColumnElement[Any]) -> dict[str, ColumnElement[bool]]:
    return {
        f"{name}_from": when >= bindparam(f"{name}_from", type_=_INSTANT),
        f"{name}_to": when < bindparam(f"{name}_to", type_=_INSTANT),
    }


_LIST: Final = ListQuery(
    source=time_entries, columns=_SHOWN, where=(OURS, SCOPE),
    filters={
        "client_id": or_(
            about_clients(client_refs, _C.client_id, _ids("client_id")),
            and_(_C.client_id.is_(None), literal(NOBODY, Uuid) == any_(_ids("client_id"))),
        ),
        **{name: _C[name] == any_(_ids(name)) for name in (
            "user_id", "task_id", "work_cycle_id", "time_invoice_id",
        )},
        "billable": _flag("billable", _C.is_billable), "running": _flag("running", _RUNS),
        "invoiced": _flag("invoiced", _C.time_invoice_id.is_not(None)),
        **_between("started", _C.started_at), **_between("updated", _C.updated_at),
    },
    sorts={name: _C[name] for name in ("started_at", "created_at", "updated_at")},
    default_sort="-started_at", key=_C.id,
)  # fmt: skip
_READ: Final = document(time_entries, _SHOWN, OURS, SCOPE, _C.id == bindparam("id"))
_BY: Final[Mapping[str, ColumnElement[Any]]] = {
    "client": _ABOUT, "user": _C.user_id, "task": _C.task_id,
}  # fmt: skip


async def page_of_entries(work: UnitOfWork, paging: Paging, filters: Mapping[str, Any]) -> bytes:
    """A page of the work time that the caller sees, as JSON."""
    return await _LIST.page(work, paging, filters, **await scope_values(work))


async def read_entry(work: UnitOfWork, entry_id: UUID) -> Document:
    """One as JSON; raises TimeEntryNotFound."""
    await TimeEntryRepository(work).check(entry_id)
    return await shown_entry(work, entry_id)


async def shown_entry(work: UnitOfWork, entry_id: UUID) -> Document:
    """The same of one that was just written."""
    values = {"tenant_id": work.tenant_id, "id": entry_id, **await scope_values(work)}
    if (found := await read_document(work, _READ, **values)) is None:
        raise TimeEntryNotFound()
    return found


async def totals(
    work: UnitOfWork, by: str, filters: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], dict[str, int]]:  # fmt: skip
    """What a list adds up to by `client`, `user` or `task`, those with the most time first (200 at
    most), and all of it together.
    """
    values = {"tenant_id": work.tenant_id, **await scope_values(work), **filters}
    rows = await work.fetch(_adding(by, frozenset(filters)), **values)
    items = [{**dict(row), "amounts": row["amounts"] or {}} for row in rows]
    whole = await work.fetchrow(_whole(frozenset(filters)), **values)
    return items, dict(whole) if whole else {}


_SUM: Final = cast(func.coalesce(func.sum(SECONDS), literal_column("0")), BigInteger)
_BILLABLE_SUM: Final = cast(
    func.coalesce(func.sum(SECONDS).filter(_C.is_billable), literal_column("0")), BigInteger
)


@lru_cache(maxsize=256)
def _adding(by: str, names: frozenset[str]) -> Statement:
    entry = (
        select(_BY[by].label("id"), _C.currency, SECONDS.label("seconds"),
               case((_C.is_billable, SECONDS), else_=literal_column("0")).label("billable"),
               case((_COSTS, AMOUNT)).label("cost"))
        .where(*_LIST.where, *(_LIST.filters[name] for name in sorted(names)))
        .subquery("entry")
    ).c  # fmt: skip
    each = (
        select(entry.id, entry.currency, func.count().label("count"),
               func.sum(entry.seconds).label("seconds"),
               func.sum(entry.billable).label("billable_seconds"),
               func.sum(entry.cost).label("cost"))
        .group_by(entry.id, entry.currency)
        .subquery("each")
    )  # fmt: skip
    amounts = func.jsonb_object_agg(each.c.currency, amount(each.c.cost, each.c.currency))
    seconds = cast(func.sum(each.c.seconds), BigInteger)
    return statement(
        select(each.c.id, cast(func.sum(each.c.count), BigInteger).label("count"),
               seconds.label("seconds"),
               cast(func.sum(each.c.billable_seconds), BigInteger).label("billable_seconds"),
               amounts.filter(each.c.cost.is_not(None)).label("amounts"))
        .group_by(each.c.id)
        .order_by(seconds.desc(), each.c.id)
        .limit(literal_column("200"))
    )  # fmt: skip


@lru_cache(maxsize=256)
def _whole(names: frozenset[str]) -> Statement:
    return statement(
        select(_SUM.label("seconds"), _BILLABLE_SUM.label("billable_seconds")).where(
            *_LIST.where, *(_LIST.filters[name] for name in sorted(names))
        )
    )
