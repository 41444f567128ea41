"""Lists with filters, sorting and keyset cursors, answered as JSON made by PostgreSQL."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
from pydantic import BaseModel
from sqlalchemy import (
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    true,
    tuple_,
)  # fmt: skip
from sqlalchemy.sql import Select

from chassis.errors import Invalid, Malformed
from chassis.statements import Statement, statement
from chassis.work import UnitOfWork

ItemT = TypeVar("ItemT")
# Written into the statement: as parameters they would be sent with each of its executions.
_UTC = literal_column("'UTC'", Text)
_FORM = literal_column("""'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'""", Text)


class InvalidCursor(Malformed):
    """The cursor is not one of ours, or belongs to another list."""

    code = "invalid_cursor"
    detail = "The cursor does not belong to this list."


class UnknownSort(Invalid):
    """The list cannot be sorted by this."""

    detail = "This list cannot be sorted by {sort}."


class Page(BaseModel, Generic[ItemT]):
    """A page of a list; `next_cursor` is null on the last one."""

    items: list[ItemT]
    next_cursor: str | None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Paging:
    """What the caller asked of a list: how many, from where, in which order."""

    limit: int = 50
    cursor: str | None = None
    sort: str | None = None
    count: bool = False


def json_row(columns: Mapping[str, ColumnElement[Any]]) -> dict[str, ColumnElement[Any]]:
    """Columns as they shall read in JSON: instants get the same form pydantic gives them."""
    return {name: _instant(c) if _is_instant(c) else c for name, c in columns.items()}


@dataclass(frozen=True, kw_only=True, eq=False)
class ListQuery:
    """One list of the API: what it selects, how it may be filtered and sorted.

    `filters` maps a parameter to a clause with a bind parameter of that name; `sorts` maps a
    sort word to a column that is never null. Each combination used is compiled once.
    """

    source: FromClause
    columns: Mapping[str, ColumnElement[Any]]
    where: tuple[ColumnElement[bool], ...]
    filters: Mapping[str, ColumnElement[bool]]
    sorts: Mapping[str, ColumnElement[Any]]
    default_sort: str
    key: ColumnElement[Any]
    # More columns, looked up by those of each row of the page (`sort_key`): once for all of them.
    beside: Callable[[Any], Select[Any]] | None = None

    async def page(
        self, work: UnitOfWork, paging: Paging, filters: Mapping[str, Any], **values: Any
    ) -> bytes:
        """The page as JSON; raises InvalidCursor and UnknownSort."""
        given = {name: value for name, value in filters.items() if value is not None}
        sort = self._sort(paging.sort)
        bound = {"tenant_id": work.tenant_id, **values, **given}
        start, mark = self._start(paging, sort, given)
        names = frozenset(given)
        query = _select(self, names, sort, bool(start))
        rows = await work.fetch(query, **bound, **start, page_limit=paging.limit + 1)
        total = await work.fetchval(_count(self, names), **bound) if paging.count else None
        return _page_json(rows, paging.limit, mark, total)

    def cursor_after(
        self, paging: Paging, filters: Mapping[str, Any], value: Any, key: UUID
    ) -> str:
        """Where to go on behind a row that a list made of several such lists showed last."""
        given = {name: one for name, one in filters.items() if one is not None}
        return _cursor(_mark(self._sort(paging.sort), given), value, key)

    def _sort(self, asked: str | None) -> str:
        sort = asked or self.default_sort
        if sort.removeprefix("-") not in self.sorts:
            raise UnknownSort(field="sort", sort=sort)
        return sort

    def _start(
        self, paging: Paging, sort: str, given: Mapping[str, Any]
    ) -> tuple[dict[str, Any], str]:
        mark = _mark(sort, given)
        if paging.cursor is None:
            return {}, mark
        column = self.sorts[sort.removeprefix("-")]
        value, key = _read_cursor(paging.cursor, mark, column)
        return {"after_value": value, "after_key": key}, mark


@lru_cache(maxsize=4096)
def _select(query: ListQuery, names: frozenset[str], sort: str, after: bool) -> Statement:
    column = query.sorts[sort.removeprefix("-")]
    descending = sort.startswith("-")
    chosen: Select[Any] = select(*(c.label(name) for name, c in json_row(query.columns).items()))
    chosen = chosen.add_columns(column.label("sort_value"), query.key.label("sort_key"))
    chosen = _where(chosen.select_from(query.source), query, names)
    if after:
        chosen = chosen.where(_beyond(column, query.key, descending))
    order = (column.desc(), query.key.desc()) if descending else (column, query.key)
    rows = chosen.order_by(*order).limit(bindparam("page_limit", type_=Integer)).subquery("r")
    source, shown = _shown(rows, query)
    as_json = cast(func.row_to_json(shown.table_valued()), Text)
    ordered = (rows.c.sort_value.desc(), rows.c.sort_key.desc()) if descending else (
        rows.c.sort_value, rows.c.sort_key)  # fmt: skip
    return statement(
        select(as_json, rows.c.sort_value, rows.c.sort_key)
        .select_from(source.join(shown, true()))
        .order_by(*ordered)
    )


def _shown(rows: Any, query: ListQuery) -> tuple[FromClause, Any]:
    told = [rows.c[name] for name in query.columns]
    if query.beside is None:
        return rows, select(*told).correlate(rows).lateral("shown")
    # OFFSET keeps PostgreSQL from joining the whole table where it takes the page for a long one.
    asked = query.beside(rows.c).correlate(rows)
    found = asked.offset(literal_column("0")).lateral("beside")
    shown = select(*told, *found.c).correlate(rows, found).lateral("shown")
    return rows.outerjoin(found, true()), shown


@lru_cache(maxsize=1024)
def _count(query: ListQuery, names: frozenset[str]) -> Statement:
    return statement(_where(select(func.count()).select_from(query.source), query, names))


def _where(chosen: Select[Any], query: ListQuery, names: frozenset[str]) -> Select[Any]:
    return chosen.where(*query.where, *(query.filters[name] for name in sorted(names)))


def _beyond(
    column: ColumnElement[Any], key: ColumnElement[Any], descending: bool
) -> ColumnElement[bool]:
    here = tuple_(column, key)
    start = tuple_(
        bindparam("after_value", type_=column.type), bindparam("after_key", type_=key.type)
    )
    return here < start if descending else here > start


def _page_json(rows: list[Any], limit: int, mark: str, total: int | None) -> bytes:
    items = ",".join(row[0] for row in rows[:limit])
    cursor = b"null"
    if len(rows) > limit:
        cursor = orjson.dumps(_cursor(mark, rows[limit - 1][1], rows[limit - 1][2]))
    counted = b"" if total is None else b',"total":' + str(total).encode()
    return b'{"items":[' + items.encode() + b'],"next_cursor":' + cursor + counted + b"}"


def _mark(sort: str, given: Mapping[str, Any]) -> str:
    return sha256(orjson.dumps([sort, sorted(given.items())], default=str)).hexdigest()[:12]


def _cursor(mark: str, value: Any, key: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([mark, value, str(key)])).decode()


def _read_cursor(cursor: str, mark: str, column: ColumnElement[Any]) -> tuple[Any, UUID]:
    try:
        found, value, key = orjson.loads(base64.urlsafe_b64decode(cursor))
        kind = column.type.python_type
        if kind in (datetime, date):
            value = kind.fromisoformat(value)
        if found != mark or not isinstance(value, kind):
            raise InvalidCursor(field="cursor")
        return value, UUID(key)
    except (ValueError, TypeError, AttributeError) as error:
        raise InvalidCursor(field="cursor") from error


def _is_instant(column: ColumnElement[Any]) -> bool:
    return isinstance(column.type, DateTime)


def _instant(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.to_char(func.timezone(_UTC, column), _FORM)
