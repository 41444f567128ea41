"""How tasks are listed, counted and shown."""

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
    exists,
    extract,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery, Paging
from chassis.statements import Statement, statement
from chassis.work import UnitOfWork
from refs.merges import about_clients, stands_for, survivor_of
from refs.tables import client_refs
from scheduling.tasks.repository.clauses import ASSIGNEES, OURS, SCOPE, is_done_by, scope_values
from scheduling.tasks.repository.rows import TaskRepository
from scheduling.tasks.rules import LIVE, NOBODY, Priority, TaskNotFound
from scheduling.tasks.tables import tasks

_C: Final = tasks.c
_INSTANT: Final = DateTime(timezone=True)
_ABOUT: Final = survivor_of(client_refs, _C.client_id)


def _word(text: str) -> ColumnElement[str]:
    return literal_column(f"'{text}'", Text)


_IS_LIVE: Final = or_(*(_C.state == _word(state) for state in LIVE))
OVERDUE: Final = func.coalesce(
    and_(_IS_LIVE, _C.due_at <= bindparam("now", type_=_INSTANT)),
    literal_column("false", Boolean), type_=Boolean,
)  # fmt: skip
_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "title", "description", "assignee_ids",
        "due_at", "priority", "kind", "state", "recurrence", "checklist_id", "work_cycle_id",
        "previous_id",
        "started_at", "closed_at", "closed_by", "created_by",
    )},
    "overdue": OVERDUE, "client_id": _ABOUT,
    "url": _word("/v1/clients/") + cast(_ABOUT, Text),
}  # fmt: skip
_RANK: Final = case(
    {one.value: literal_column(str(rank)) for rank, one in enumerate(Priority)},
    value=_C.priority,
)
# Those without a due date come last.
_DUE: Final = func.coalesce(
    _C.due_at, literal_column("'4000-01-01T00:00:00Z'::timestamptz", _INSTANT), type_=_INSTANT
)
# By urgency, and of the equally urgent (descending) those first that are due first.
_BY_PRIORITY: Final = type_coerce(
    _RANK * literal_column("1000000000000::bigint", BigInteger)
    - cast(extract("epoch", _DUE), BigInteger),
    BigInteger,
)
_named = client_refs.alias("task_client")
_standing = client_refs.alias("standing_client")
_IN_FOLDER: Final = exists(
    select(_standing.c.id)
    .select_from(_named)
    .join(_standing, (_standing.c.tenant_id == _named.c.tenant_id)
          & (_standing.c.id == stands_for(_named)))
    .where(_named.c.tenant_id == bindparam("tenant_id", type_=Uuid), _named.c.id == _C.client_id,
           _standing.c.folder_id == any_(bindparam("folder_id", type_=ARRAY(Uuid))))
)  # fmt: skip


def _any_of(name: str) -> ColumnElement[bool]:
    return _C[name] == any_(bindparam(name, type_=ARRAY(_C[name].type)))


def _or_none(name: str, is_among: ColumnElement[bool], is_none: Any) -> ColumnElement[bool]:
    asks_none = literal(NOBODY, Uuid) == any_(bindparam(name, type_=ARRAY(Uuid)))
    return or_(is_among, and_(is_none, asks_none))


def _between(name: str, when: ColumnElement[Any]) -> dict[str, ColumnElement[bool]]:
    return {
        f"{name}_from": when >= bindparam(f"{name}_from", type_=_INSTANT),
        f"{name}_to": when < bindparam(f"{name}_to", type_=_INSTANT),
    }


_OF_CLIENTS: Final = about_clients(
    client_refs, _C.client_id, bindparam("client_id", type_=ARRAY(Uuid))
)
# Of one person they are read in the order in which they are due: of several they are not.
_ALONE: Final = bindparam("only_assignee", type_=Uuid)
_AT_WORK: Final = bindparam("live_assignee", type_=Uuid)
_asks_overdue = bindparam("overdue", type_=Boolean)
_LIST: Final = ListQuery(
    source=tasks, columns=_SHOWN, where=(OURS, SCOPE),
    filters={
        "client_id": _or_none("client_id", _OF_CLIENTS, _C.client_id.is_(None)),
        "assignee_id": is_done_by(any_(bindparam("assignee_id", type_=ARRAY(Uuid)))),
        "only_assignee": is_done_by(_ALONE),
        "live_assignee": is_done_by(_AT_WORK, ASSIGNEES.is_live),
        "folder_id": _IN_FOLDER,
        **{name: _any_of(name) for name in ("state", "priority", "kind", "work_cycle_id")},
        "overdue": or_(and_(_asks_overdue, OVERDUE), and_(not_(_asks_overdue), not_(OVERDUE))),
        **_between("due", _C.due_at), **_between("closed", _C.closed_at),
        **_between("created", _C.created_at), **_between("updated", _C.updated_at),
    },
    sorts={
        "due_at": _C.by_due, "priority": _BY_PRIORITY,
        **{name: _C[name] for name in ("created_at", "updated_at")},
    },
    default_sort="due_at", key=_C.id,
)  # fmt: skip
_READ: Final = document(tasks, _SHOWN, OURS, SCOPE, _C.id == bindparam("id"))


async def page_of_tasks(work: UnitOfWork, paging: Paging, filters: Mapping[str, Any]) -> bytes:
    """A page of the tasks that the caller sees, as JSON."""
    return await _LIST.page(work, paging, _found_by(filters), **await _showing(work))


async def count_tasks(work: UnitOfWork, filters: Mapping[str, Any]) -> dict[str, int]:
    """How many a list has of each state, by its name, and how many of them are `overdue`."""
    given = _found_by(filters)
    values = {"tenant_id": work.tenant_id, **await _showing(work), **given}
    rows = await work.fetch(_counting(frozenset(given)), **values)
    found = {row["state"]: row["count"] for row in rows}
    return found | {"overdue": sum(row["overdue"] for row in rows)}


async def read_task(work: UnitOfWork, task_id: UUID) -> Document:
    """One as JSON; raises TaskNotFound."""
    await TaskRepository(work).check(task_id)
    return await shown_task(work, task_id)


async def shown_task(work: UnitOfWork, task_id: UUID) -> Document:
    """The same of one that was just written."""
    values = {"tenant_id": work.tenant_id, "id": task_id, **await _showing(work)}
    if (found := await read_document(work, _READ, **values)) is None:
        raise TaskNotFound()
    return found


def _found_by(filters: Mapping[str, Any]) -> dict[str, Any]:
    """The same filters, where they are of one person by the index of theirs alone."""
    given = dict(filters)
    if len(given.get("assignee_id", ())) == 1:
        states = given.get("state") or ()
        is_live = bool(states) and set(states) <= set(LIVE)
        [given["live_assignee" if is_live else "only_assignee"]] = given.pop("assignee_id")
    return given


async def _showing(work: UnitOfWork) -> dict[str, Any]:
    return {"now": work.now, **await scope_values(work)}


@lru_cache(maxsize=256)
def _counting(names: frozenset[str]) -> Statement:
    counts = func.count().label("count"), func.count().filter(OVERDUE).label("overdue")
    return statement(
        select(_C.state, *counts)
        .where(*_LIST.where, *(_LIST.filters[name] for name in sorted(names)))
        .group_by(_C.state)
    )
