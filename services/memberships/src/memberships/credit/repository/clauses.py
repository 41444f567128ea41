"""Clauses that all reads of credit have in common: whose it is, and how amounts are written."""

from typing import Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    Numeric,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONPATH

from memberships.credit_types.tables import credit_types
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs

TODAY: Final = bindparam("today", type_=Date)
"""The day it is where the company is."""


def amount(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """An amount as it is written, with the decimals of its type, which is joined."""
    scale = credit_types.c.decimals
    unit = func.power(literal_column("10", Numeric), scale, type_=Numeric)
    return cast(func.round(cast(column, Numeric) / unit, scale, type_=Numeric), Text)


def with_type(table: Table) -> FromClause:
    """Rows with what they are counted in. Each has one: by an inner join PostgreSQL would guess
    that few do, and read and sort all of a list instead of its first page.
    """
    # Of the tenant by its id: the type's index begins with that.
    return table.outerjoin(
        credit_types,
        (credit_types.c.tenant_id == bindparam("tenant_id", type_=Uuid))
        & (credit_types.c.id == table.c.credit_type_id),
    )


def whose(table: Table, name: str = "client_id") -> dict[str, ColumnElement[Any]]:
    """The client, or who answers for them, and where they are."""
    client_id = survivor_of(client_refs, table.c[name])
    url = literal_column("'/v1/clients/'", Text) + cast(client_id, Text)
    return {name: client_id, "url": url}


def of_clients(
    table: Table, name: str = "client_id", *, asked: str = "client_id"
) -> ColumnElement[bool]:
    """About the clients of a filter, with those merged into them."""
    return about_clients(client_refs, table.c[name], bindparam(asked, type_=ARRAY(Uuid)))


def any_of(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The column is one of the values of a filter."""
    return column == any_(bindparam(name, type_=ARRAY(column.type)))


def between(name: str, column: ColumnElement[Any]) -> dict[str, ColumnElement[bool]]:
    """From the one, inclusive, to the other, exclusive."""
    return {
        f"{name}_from": column >= bindparam(f"{name}_from", type_=column.type),
        f"{name}_to": column < bindparam(f"{name}_to", type_=column.type),
    }


def is_at_rest(rests: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a lot rests today, as rules.rests.rests_on says."""
    is_today = literal_column("'strict $[*] ? (@[0] <= $day && @[1] >= $day)'", JSONPATH)
    named = func.jsonb_build_object(literal_column("'day'"), TODAY)
    return func.jsonb_path_exists(rests, is_today, named, type_=Boolean)


def no_text() -> ColumnElement[Any]:
    """Nothing, where there was a text."""
    return literal_column("null::text", Text)
