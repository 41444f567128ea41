"""One resource as the JSON that PostgreSQL makes of it: read in one statement, passed through."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Text, cast, func, select

from chassis.paging import json_row
from chassis.statements import Statement, statement
from chassis.work import UnitOfWork


class Document(NamedTuple):
    """The body of an answer and the version its ETag names: `Json(*document)`."""

    body: str
    version: int


def document(
    source: FromClause, columns: Mapping[str, ColumnElement[Any]], *where: ColumnElement[bool]
) -> Statement:
    """The statement that `read_document` runs; `columns` must have a `version`."""
    shown = select(*(column.label(name) for name, column in json_row(columns).items()))
    row = shown.select_from(source).where(*where).subquery("shown")
    return statement(select(cast(func.row_to_json(row.table_valued()), Text), row.c.version))


async def read_document(work: UnitOfWork, query: Statement, **values: Any) -> Document | None:
    """The resource, or None where nothing matches."""
    work.plan_once()
    row = await work.fetchrow(query, **values)
    return Document(row[0], row[1]) if row is not None else None
