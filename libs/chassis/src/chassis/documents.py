"""Resources as the JSON that PostgreSQL makes of them: read in one statement, passed through."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Insert,
    Subquery,
    Table,
    Text,
    Update,
    cast,
    func,
    select,
)

from chassis.paging import json_row
from chassis.statements import Statement, statement
from chassis.work import UnitOfWork

Columns = Mapping[str, ColumnElement[Any]]


class Document(NamedTuple):
    """The body of an answer and the version its ETag names: `Json(*document)`."""

    body: str
    version: int


def document(source: FromClause, columns: Columns, *where: ColumnElement[bool]) -> Statement:
    """The statement that `read_document` runs; `columns` must have a `version`."""
    row = _rows(source, columns, where)
    return statement(select(cast(func.row_to_json(row.table_valued()), Text), row.c.version))


def written(table: Table, columns: Columns, change: Insert | Update) -> Statement:
    """The statement that makes a change and tells the rows as they are then: id, body, version."""
    # Under the table's own name: what is shown reads the rows that the change returns.
    made = change.returning(*table.columns).cte(table.name)
    row = _rows(table, columns, [])
    whole = select(row.c.id, cast(func.row_to_json(row.table_valued()), Text), row.c.version)
    return statement(whole.add_cte(made))


def by_ids(source: FromClause, columns: Columns, *where: ColumnElement[bool]) -> Statement:
    """The statement that tells the rows of a list's page (ListQuery.told), in no order.

    `columns` must have an `id`; `where` names those of `ids`, and says once more who sees them.
    """
    row = _rows(source, columns, where)
    return statement(select(row.c.id, cast(func.row_to_json(row.table_valued()), Text)))


def _rows(source: FromClause, columns: Columns, where: Sequence[Any]) -> Subquery:
    shown = select(*(column.label(name) for name, column in json_row(columns).items()))
    return shown.select_from(source).where(*where).subquery("shown")


async def read_document(work: UnitOfWork, query: Statement, **values: Any) -> Document | None:
    """The resource, or None where nothing matches."""
    work.plan_once()
    row = await work.fetchrow(query, **values)
    return Document(row[0], row[1]) if row is not None else None
