"""Clauses and statements that all documents have in common: who sees them, how they are shown."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    FromClause,
    Table,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from billing.documents.rules import NOBODY
from chassis.amounts import amount
from chassis.documents import document
from chassis.paging import ListQuery
from chassis.statements import Statement, statement
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client

Columns = dict[str, ColumnElement[Any]]
Clauses = dict[str, ColumnElement[bool]]

TODAY: Final = bindparam("today", type_=Date)
"""The day it is where the company is."""
# Sorts behind whatever may follow a prefix.
_LAST: Final = literal_column("U&'\\+10FFFF'", Text)


def scope(table: Table, whose: str = "salesperson_id") -> ColumnElement[bool]:
    """Of visible clients; what is of none is its maker's, the named user's, of who sees all."""
    return and_(
        about_visible_client(table.c.client_id),
        or_(
            table.c.client_id.is_not(None),
            bindparam("sees_all", type_=Boolean),
            table.c.created_by == bindparam("principal", type_=Text),
            table.c[whose] == bindparam("my_id", type_=Uuid),
        ),
    )


def shown(table: Table, status: ColumnElement[Any]) -> Columns:
    """What every document answers with."""
    c, client_id = table.c, survivor_of(client_refs, table.c.client_id)
    return {
        **{name: c[name] for name in (
            "id", "version", "created_at", "updated_at", "number", "currency", "issue_date",
            "supply_date", "due_date", "payment_terms", "lines", "discount", "taxes",
            "salesperson_id", "notes", "terms", "branch_id", "template_id", "work_cycle_id",
            "external_id",
            "created_by",
        )},
        "status": status, "client_id": client_id, "for_client_id": about_whom(table),
        "attachments": attached(table),
        "url": literal_column("'/v1/clients/'", Text) + cast(client_id, Text),
        **{name: amount(c[column], c.currency) for name, column in (
            ("shipping", "shipping_minor"), ("deposit", "deposit_minor"),
            ("subtotal", "subtotal_minor"), ("discount_total", "discount_minor"),
            ("tax_total", "tax_minor"), ("rounding", "rounding_minor"), ("total", "total_minor"),
        )},
    }  # fmt: skip


def attached(table: Table) -> ColumnElement[Any]:
    """The files that are attached."""
    return func.coalesce(table.c.attachments, cast(literal([], ARRAY(Uuid)), ARRAY(Uuid)))


def reading(table: Table, columns: Columns) -> Statement:
    """One document as it is shown."""
    return document(table, columns, ours(table), scope(table), table.c.id == bindparam("id"))


def listing(
    table: Table, columns: Columns, *, filters: Clauses | None = None, sorts: Columns | None = None
) -> ListQuery:
    """The list of documents of one kind; by status and due date as they are shown."""
    c, due = table.c, columns["due_date"]
    return ListQuery(
        source=table, columns=columns, where=(ours(table), scope(table)),
        filters={
            "client_id": of_clients(table), "for_client_id": for_clients(table),
            "status": any_of(columns["status"], "status"),
            **{name: any_of(c[name], name) for name in (
                "number", "external_id", "branch_id", "salesperson_id", "work_cycle_id", "currency",
            )},
            "number_prefix": begins_with(c.number, "number_prefix"),
            **between("issue_date", c.issue_date), **between("due_date", due),
            **between("supply_date", columns["supply_date"]),
            **between("created", c.created_at), **between("updated", c.updated_at),
            **(filters or {}),
        },
        sorts={name: c[name] for name in ("created_at", "updated_at", "issue_date")}
        | {"total": c.total_minor, **(sorts or {})},
        default_sort="-created_at", key=c.id,
    )  # fmt: skip


def summing(listed: ListQuery, names: Iterable[str], by: Columns, amounts: Columns) -> Statement:
    """What all that a list shows under these filters comes to, and how many they are."""
    return statement(
        select(*(one.label(name) for name, one in by.items()), func.count().label("count"),
               *(one.label(name) for name, one in amounts.items()))
        .where(*listed.where, *(listed.filters[name] for name in sorted(names)))
        .group_by(*by.values())
        .order_by(*by.values())
    )  # fmt: skip


def any_of(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The column is one of the values of a filter."""
    return column == any_(bindparam(name, type_=ARRAY(column.type)))


def between(name: str, column: ColumnElement[Any]) -> Clauses:
    """From the one, inclusive, to the other, exclusive."""
    return {
        f"{name}_from": column >= bindparam(f"{name}_from", type_=column.type),
        f"{name}_to": column < bindparam(f"{name}_to", type_=column.type),
    }


def begins_with(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The text begins with this: compared by its bytes, as an index of `text_pattern_ops` is."""
    first = bindparam(name, type_=Text)
    beyond = func.concat(first, _LAST, type_=Text)
    is_less = column.op("~<~", is_comparison=True)(beyond)
    return column.op("~>=~", is_comparison=True)(first) & is_less


def forgetting_drafts(table: Table) -> Statement:
    """Removes the drafts of a client, also those that another one would owe."""
    return statement(
        delete(table).where(
            ours(table), names_client(table, "client_id"),
            table.c.status == literal_column("'draft'", Text),
        )
    )  # fmt: skip


def names_client(table: Table, name: str) -> ColumnElement[bool]:
    """Owed by a client, or about them."""
    client_id = bindparam(name, type_=Uuid)
    return or_(table.c.client_id == client_id, table.c.for_client_id == client_id)


def ours(table: Table) -> ColumnElement[bool]:
    """Of the tenant of the work."""
    return table.c.tenant_id == bindparam("tenant_id")


def of_clients(table: FromClause) -> ColumnElement[bool]:
    """About the clients of a filter, with those merged into them; `NOBODY` is about none."""
    asked = bindparam("client_id", type_=ARRAY(Uuid))
    is_none = and_(table.c.client_id.is_(None), literal(NOBODY, Uuid) == any_(asked))
    return or_(about_clients(client_refs, table.c.client_id, asked), is_none)


def about_whom(table: Table) -> ColumnElement[Any]:
    """Whom it is about where another client owes it, for those who see them."""
    column = table.c.for_client_id
    owing = survivor_of(client_refs, table.c.client_id)
    whom = func.nullif(survivor_of(client_refs, column), owing, type_=Uuid)
    return case((_sees_whom(table), whom), else_=literal_column("null::uuid", Uuid))


def called_whom(table: Table) -> ColumnElement[Any]:
    """What they were called when it was issued, for the same."""
    return case((_sees_whom(table), table.c.for_client))


def _sees_whom(table: Table) -> ColumnElement[bool]:
    column = table.c.for_client_id
    return and_(column.is_not(None), about_visible_client(column))


def for_clients(table: Table) -> ColumnElement[bool]:
    """About the clients of a filter where another one owes it, as far as the caller sees them."""
    asked = bindparam("for_client_id", type_=ARRAY(Uuid))
    return and_(
        about_clients(client_refs, table.c.for_client_id, asked),
        about_visible_client(table.c.for_client_id),
    )
