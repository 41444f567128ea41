"""Clients that were merged: rows about them stay as they are, and are read as the survivor's."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Uuid,
    any_,
    bindparam,
    case,
    func,
    or_,
    select,
)  # fmt: skip

_TENANT = bindparam("tenant_id", type_=Uuid)


def about_clients(
    clients: FromClause, column: ColumnElement[Any], asked: ColumnElement[Any]
) -> ColumnElement[bool]:
    """Rows about any of the clients asked for (an array of ids), with those merged into them.

    A merged one may be named as well as its survivor. `clients` has `id` and `merged_into`; both
    look-ups are done once for a statement, by index.
    """
    named, merged = clients.alias("named_client"), clients.alias("merged_client")
    survivors = select(named.c.merged_into).where(
        named.c.tenant_id == _TENANT, named.c.id == any_(asked), named.c.merged_into.is_not(None)
    )
    with_survivors = func.array_cat(asked, _array(survivors), type_=ARRAY(Uuid))
    others = select(merged.c.id).where(
        merged.c.tenant_id == _TENANT, merged.c.merged_into == any_(with_survivors)
    )
    return column == any_(func.array_cat(with_survivors, _array(others), type_=ARRAY(Uuid)))


def stands_for(client: FromClause) -> ColumnElement[Any]:
    """The id of who answers for a client: its survivor's, else its own.

    Not by COALESCE, which is not leakproof: under row-level security no index would serve a join
    by it, and PostgreSQL would go through all clients of the tenant.
    """
    return case((client.c.merged_into.is_(None), client.c.id), else_=client.c.merged_into)


def survivor_of(clients: FromClause, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The client a row is about now; null stays null."""
    named = clients.alias("of_client")
    merged = select(named.c.merged_into).where(named.c.tenant_id == _TENANT, named.c.id == column)
    # However deep it stands: SQLAlchemy looks for the column no further than one query out.
    found = merged.correlate_except(named).scalar_subquery()
    return func.coalesce(found, column, type_=Uuid)


def are_about_one(
    clients: FromClause, column: ColumnElement[Any], other: ColumnElement[Any]
) -> ColumnElement[bool]:
    """Whether two rows are about one client now: mostly the same one, which costs no look-up."""
    return or_(
        column == other, survivor_of(clients, column) == survivor_of(clients, other)
    )  # fmt: skip


def _array(query: Any) -> ColumnElement[Any]:
    return func.array(query.scalar_subquery(), type_=ARRAY(Uuid))
