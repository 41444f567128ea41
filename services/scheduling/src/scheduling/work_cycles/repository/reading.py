"""How work cycles are listed and shown, with what they came to."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    TableClause,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    column,
    extract,
    func,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, aggregate_order_by

from chassis.amounts import amount
from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery, Paging
from chassis.work import UnitOfWork
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs
from refs.visibility import sight_of
from scheduling.work_cycle_types.tables import work_cycle_types
from scheduling.work_cycles.repository.documents import COUNTS
from scheduling.work_cycles.repository.rows import OURS, SCOPE, WorkCycleRepository
from scheduling.work_cycles.rules import Kind, WorkCycleNotFound
from scheduling.work_cycles.tables import work_cycle_documents, work_cycles

_C: Final = work_cycles.c
_D: Final = work_cycle_documents.c
_T: Final = work_cycle_types.c
_INSTANT: Final = DateTime(timezone=True)
_ABOUT: Final = survivor_of(client_refs, _C.client_id)
_MAY_READ_MONEY: Final = bindparam("reads_money", type_=Boolean)
_NOTHING: Final = literal_column("0", BigInteger)
_OF_TYPE: Final = and_(_T.tenant_id == _C.tenant_id, _T.id == _C.work_cycle_type_id)


def _word(text: str) -> ColumnElement[str]:
    return literal_column(f"'{text}'", Text)


def _sum(figure: ColumnElement[Any], *kinds: Kind) -> ColumnElement[Any]:
    of_kinds = or_(*(_D.kind == _word(kind) for kind in kinds))
    return cast(func.coalesce(func.sum(figure).filter(of_kinds), _NOTHING), BigInteger)


_came = _sum(_D.net_minor, Kind.INVOICE, Kind.INCOME)
_FIGURES: Final = {
    "invoiced": _sum(_D.amount_minor, Kind.INVOICE), "paid": _sum(_D.paid_minor, Kind.INVOICE),
    "income": _sum(_D.amount_minor, Kind.INCOME), "expense": _sum(_D.amount_minor, Kind.EXPENSE),
    "profit": _came - _sum(_D.net_minor, Kind.EXPENSE),
}  # fmt: skip
_each = (
    select(_D.currency, *(one.label(name) for name, one in _FIGURES.items()))
    .where(COUNTS)
    .group_by(_D.currency)
    .correlate(work_cycles)
    .subquery("each")
)
_shown_total = func.jsonb_build_object(
    _word("currency"), _each.c.currency,
    *(part for name in _FIGURES for part in (_word(name), amount(_each.c[name], _each.c.currency))),
)  # fmt: skip
_TOTALS: Final = select(func.coalesce(
    func.jsonb_agg(aggregate_order_by(_shown_total, _each.c.currency)),
    literal_column("'[]'::jsonb", JSONB),
)).scalar_subquery()  # fmt: skip
# By what the type says, in the currency of the budget.
_SPENT: Final = (
    select(cast(func.coalesce(func.sum(_D.amount_minor), _NOTHING), BigInteger))
    .where(
        COUNTS, _D.currency == _C.currency,
        _D.kind == case(
            (select(_T.budget_from).where(_OF_TYPE).correlate(work_cycles).scalar_subquery()
             == _word("invoices"), _word(Kind.INVOICE)),
            else_=_word(Kind.EXPENSE),
        ),
    )
    .correlate(work_cycles).scalar_subquery()
)  # fmt: skip
_entries: Final = table(
    "time_entries", column("tenant_id", Uuid), column("work_cycle_id", Uuid),
    column("started_at", _INSTANT), column("ended_at", _INSTANT),
)  # fmt: skip
_E: Final = _entries.c
_SECONDS: Final = (
    select(cast(func.coalesce(
        func.sum(func.floor(extract("epoch", _E.ended_at - _E.started_at))), _NOTHING
    ), BigInteger))
    .where(_E.tenant_id == _C.tenant_id, _E.work_cycle_id == _C.id, _E.ended_at.is_not(None))
    .correlate(work_cycles).scalar_subquery()
)  # fmt: skip
_tasks: Final = table(
    "tasks", column("tenant_id", Uuid), column("work_cycle_id", Uuid), column("state", Text)
)
_appointments: Final = table(
    "appointments", column("tenant_id", Uuid), column("linked_id", Uuid),
    column("linked_type", Text), column("status", Text),
)  # fmt: skip


def _count(of: TableClause, *which: ColumnElement[bool]) -> ColumnElement[Any]:
    counted = select(func.count()).select_from(of).where(of.c.tenant_id == _C.tenant_id, *which)
    return counted.correlate(work_cycles).scalar_subquery()


_COUNTS: Final = {
    "task_count": _count(_tasks, _tasks.c.work_cycle_id == _C.id),
    "open_task_count": _count(
        _tasks, _tasks.c.work_cycle_id == _C.id,
        or_(*(_tasks.c.state == _word(one) for one in ("open", "in_progress"))),
    ),
    "appointment_count": _count(
        _appointments, _appointments.c.linked_id == _C.id,
        _appointments.c.linked_type == _word("work_cycle"),
        _appointments.c.status != _word("cancelled"),
    ),
}  # fmt: skip
_TYPE: Final = (
    select(func.jsonb_build_object(_word("id"), _T.id, _word("name"), _T.name))
    .where(_OF_TYPE).correlate(work_cycles).scalar_subquery()
)  # fmt: skip
_status = func.jsonb_array_elements(_T.statuses, type_=JSONB).column_valued("status")
_STATUS: Final = (
    select(_status.op("-", return_type=JSONB())(_word("default")))
    .select_from(work_cycle_types)
    .where(_OF_TYPE, _status.op("->>", return_type=Text())(_word("id")) == cast(_C.status_id, Text))
    .correlate(work_cycles).scalar_subquery()
)  # fmt: skip


def _money(shown: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((_MAY_READ_MONEY, shown))


_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "number", "title", "description",
        "closed_at", "action_id", "starts_on", "due_on", "currency", "staff_ids", "tags", "notes",
        "attachments", "custom_fields", "created_by",
    )},
    "client_id": _ABOUT, "url": _word("/v1/clients/") + cast(_ABOUT, Text), "type": _TYPE,
    "status": _STATUS, "budget": amount(_C.budget_minor, _C.currency),
    "spent": _money(amount(_SPENT, _C.currency)),
    "budget_left": _money(amount(_C.budget_minor - _SPENT, _C.currency)),
    "totals": _money(_TOTALS), "seconds": _SECONDS, **_COUNTS,
}  # fmt: skip


def _any_of(name: str, where: ColumnElement[Any]) -> ColumnElement[bool]:
    return where == any_(bindparam(name, type_=ARRAY(where.type)))


def _between(name: str, when: ColumnElement[Any]) -> dict[str, ColumnElement[bool]]:
    return {
        f"{name}_from": when >= bindparam(f"{name}_from", type_=when.type),
        f"{name}_to": when < bindparam(f"{name}_to", type_=when.type),
    }


_IS_OPEN: Final = bindparam("group", type_=Text) == _word("open")
_LIST: Final = ListQuery(
    source=work_cycles, columns=_SHOWN, where=(OURS, SCOPE),
    filters={
        "client_id": about_clients(
            client_refs, _C.client_id, bindparam("client_id", type_=ARRAY(Uuid))
        ),
        **{name: _any_of(name, _C[name]) for name in ("work_cycle_type_id", "status_id", "number")},
        "group": _C.closed_at.is_(None) == _IS_OPEN,
        "staff_id": _C.staff_ids.overlap(bindparam("staff_id", type_=ARRAY(Uuid))),
        "tag": _C.tags.overlap(bindparam("tag", type_=ARRAY(Text))),
        **_between("due", _C.due_on), **_between("created", _C.created_at),
        **_between("updated", _C.updated_at),
    },
    sorts={
        **{name: _C[name] for name in ("created_at", "updated_at")},
        # Those without one come last.
        "due_on": func.coalesce(
            _C.due_on, literal_column("'4000-01-01'::date", Date), type_=Date
        ),
    },
    default_sort="-created_at", key=_C.id,
)  # fmt: skip
_READ: Final = document(work_cycles, _SHOWN, OURS, SCOPE, _C.id == bindparam("id"))


async def page_of_cycles(work: UnitOfWork, paging: Paging, filters: Mapping[str, Any]) -> bytes:
    """A page of the work cycles of visible clients, as JSON."""
    return await _LIST.page(work, paging, filters, **await _showing(work))


async def read_cycle(work: UnitOfWork, cycle_id: UUID) -> Document:
    """One as JSON; raises WorkCycleNotFound."""
    await WorkCycleRepository(work).check(cycle_id)
    return await shown_cycle(work, cycle_id)


async def shown_cycle(work: UnitOfWork, cycle_id: UUID) -> Document:
    """The same of one that was just written."""
    values = {"tenant_id": work.tenant_id, "id": cycle_id, **await _showing(work)}
    if (found := await read_document(work, _READ, **values)) is None:
        raise WorkCycleNotFound()
    return found


async def _showing(work: UnitOfWork) -> dict[str, Any]:
    return {"reads_money": work.caller.may("billing:read"), **(await sight_of(work)).values()}
