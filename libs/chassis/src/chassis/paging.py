"""Lists with filters, sorting and keyset cursors, answered as JSON made by PostgreSQL."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
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

    `told` is for rows that it takes much to tell (documents.by_ids): their page is found first, by
    few columns and planned for the filters at hand, then told by its ids, which is planned once.
    """

    source: FromClause
    where: tuple[ColumnElement[bool], ...]
    filters: Mapping[str, ColumnElement[bool]]
    sorts: Mapping[str, ColumnElement[Any]]
    default_sort: str
    key: ColumnElement[Any]
    columns: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    told: Statement | None = None

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
        cursor, shown = _next(rows, paging.limit, mark), rows[: paging.limit]
        if self.told is None:
            return _page_json([row[2] for row in shown], cursor, total)
        ids = [row[1] for row in shown]
        return _page_json(await _tell(work, self.told, ids, bound), cursor, total)

    def cursor_after(
        self, paging: Paging, filters: Mapping[str, Any], value: Any, key: UUID
    ) -> str:
        """Where to go on behind a row that a list made of several such lists showed last."""
        given = {name: one for name, one in filters.items() if one is not None}
        return _cursor(_mark(self._sort(paging.sort), given), value, key)

    def place(self, paging: Paging, filters: Mapping[str, Any]) -> tuple[Any, UUID] | None:
        """Behind what a page begins that a list made of several such lists shows; None: the first.

        Raises InvalidCursor and UnknownSort.
        """
        given = {name: one for name, one in filters.items() if one is not None}
        start, _ = self._start(paging, self._sort(paging.sort), given)
        return (start["after_value"], start["after_key"]) if start else None

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
    named = () if query.told is not None else [
        c.label(name) for name, c in json_row(query.columns).items()]  # fmt: skip
    chosen: Select[Any] = select(column.label("sort_value"), query.key.label("sort_key"), *named)
    chosen = _where(chosen.select_from(query.source), query, names)
    if after:
        chosen = chosen.where(_beyond(column, query.key, descending))
    order = (column.desc(), query.key.desc()) if descending else (column, query.key)
    found = chosen.order_by(*order).limit(bindparam("page_limit", type_=Integer))
    return statement(found if query.told is not None else _as_json(found, query, descending))


def _as_json(found: Select[Any], query: ListQuery, descending: bool) -> Select[Any]:
    rows = found.subquery("r")
    shown = select(*(rows.c[name] for name in query.columns)).correlate(rows).lateral("shown")
    as_json = cast(func.row_to_json(shown.table_valued()), Text)
    order = (rows.c.sort_value, rows.c.sort_key)
    return (
        select(*order, as_json)
        .select_from(rows.join(shown, true()))
        .order_by(*(column.desc() if descending else column for column in order))
    )


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


async def _tell(
    work: UnitOfWork, told: Statement, ids: list[Any], bound: dict[str, Any]
) -> list[str]:
    """The rows in this order; one that changed hands since it was found is left out."""
    if not ids:
        return []
    await work.plan_rest_once()
    found = {row[0]: row[1] for row in await work.fetch(told, **bound, ids=ids)}
    return [found[key] for key in ids if key in found]


def _next(rows: list[Any], limit: int, mark: str) -> bytes:
    if len(rows) <= limit:
        return b"null"
    return orjson.dumps(_cursor(mark, rows[limit - 1][0], rows[limit - 1][1]))


def _page_json(told: list[str], cursor: bytes, total: int | None) -> bytes:
    items = ",".join(told).encode()
    counted = b"" if total is None else b',"total":' + str(total).encode()
    return b'{"items":[' + items + b'],"next_cursor":' + cursor + counted + b"}"


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
