"""What the SQL of all reports has in common: what they are narrowed to, and how sums are told."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Table,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from billing.documents.repository.clauses import scope as document_scope
from chassis.amounts import amount
from refs.merges import stands_for
from refs.tables import client_refs

Columns = dict[str, ColumnElement[Any]]
TENANT: Final = bindparam("tenant_id", type_=Uuid)
HOME: Final = bindparam("home", type_=Text)
"""The company's currency."""
NOBODY: Final = literal_column("'00000000-0000-0000-0000-000000000000'", Uuid)
ZERO: Final = literal_column("0", BigInteger)
OF_DOCUMENTS: Final = ("branch_id", "salesperson_id")
OF_CLIENTS: Final = ("folder_id", "tag")
# They stand inside the report, which is the source of its list, and say nothing where none is
# given: so a list has them by name for its cursors alone.
FILTERS: Final = {name: true() for name in (*OF_DOCUMENTS, *OF_CLIENTS)}


def word(value: str) -> ColumnElement[Any]:
    """A text written into the statement: so an index with a condition is known to serve it."""
    return literal_column(f"'{value}'", Text)


def given(name: str, column: ColumnElement[Any]) -> ColumnElement[bool]:
    """One of the values of a filter, if it is given."""
    wanted = bindparam(name, type_=ARRAY(column.type))
    return or_(wanted.is_(None), column == any_(wanted))


def of_clients(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Of clients in these folders and with one of these tags; a merged one is its survivor."""
    folder, tag = bindparam("folder_id", type_=ARRAY(Uuid)), bindparam("tag", type_=ARRAY(Text))
    named, kept = client_refs.alias("filtered_name"), client_refs.alias("filtered_client")
    found = (
        select(kept.c.id)
        .join_from(named, kept, (kept.c.tenant_id == named.c.tenant_id)
                   & (kept.c.id == stands_for(named)))
        .where(named.c.tenant_id == TENANT, named.c.id == column,
               given("folder_id", kept.c.folder_id), or_(tag.is_(None), kept.c.tags.overlap(tag)))
    )  # fmt: skip
    return or_(and_(folder.is_(None), tag.is_(None)), exists(found))


def documents_of(table: Table) -> tuple[ColumnElement[bool], ...]:
    """Documents that the caller sees, and asked for."""
    named = (given(name, table.c[name]) for name in OF_DOCUMENTS)
    return (table.c.tenant_id == TENANT, document_scope(table), *named,
            of_clients(table.c.client_id))  # fmt: skip


def with_clients(rows: FromClause) -> tuple[FromClause, FromClause, ColumnElement[Any]]:
    """Rows about clients, who answers for each now, and their id; also of one not heard of."""
    named, kept = client_refs.alias("named_client"), client_refs.alias("kept_client")
    joined = rows.outerjoin(
        named, and_(named.c.tenant_id == TENANT, named.c.id == rows.c.client_id)
    ).outerjoin(
        kept, and_(kept.c.tenant_id == TENANT, kept.c.id == stands_for(named))
    )  # fmt: skip
    return joined, kept, func.coalesce(kept.c.id, rows.c.client_id, type_=Uuid)


def linked(rows: FromClause) -> Columns:
    """Whose a row is, as everybody is told it; of walk-in sales nobody's."""
    url = literal_column("'/v1/clients/'", Text) + cast(rows.c.client_id, Text)
    return {"client_id": rows.c.client_id, "url": url, "name": rows.c.name}


def minors(names: Mapping[str, ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    """Sums of amounts, in minor units."""
    return [_sum(column).label(name) for name, column in names.items()]


def sums_of(rows: FromClause, *names: str) -> list[ColumnElement[Any]]:
    """The same of columns."""
    return minors({name: rows.c[name] for name in names})


def listed(rows: FromClause, told: Mapping[str, ColumnElement[Any]]) -> ColumnElement[Any]:
    """What each currency comes to, as JSON."""
    pairs = [part for name, one in told.items() for part in (word(name), one)]
    return func.json_agg(aggregate_order_by(func.json_build_object(*pairs), rows.c.currency))


def amounts(rows: FromClause, *names: str) -> Columns:
    """The currency, and amounts in it as they are written."""
    told = {name: amount(rows.c[name], rows.c.currency) for name in names}
    return {"currency": rows.c.currency, **told}


def _sum(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(func.coalesce(func.sum(column), ZERO), BigInteger)
