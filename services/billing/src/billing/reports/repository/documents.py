"""The SQL of what was invoiced and credited: documents as they stand frozen, also by their lines.

Amounts of credit notes are below zero. What is voided is not earned, nor is what clients owed
before the company came here: neither stands here.
"""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    Numeric,
    Select,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    select,
    true,
    union_all,
)

from billing.credit_notes.tables import credit_notes
from billing.invoices.rules import Status
from billing.invoices.tables import invoices
from billing.reports.repository.clauses import HOME, TENANT, ZERO, documents_of, word
from chassis.amounts import amount

_I: Final = invoices.c
_N: Final = credit_notes.c
FIGURES: Final = ("net", "tax", "rounding", "home_net", "home_tax", "home_rounding")
_SIGNED: Final = literal_column("-1", BigInteger), literal_column("1", BigInteger)


def documents(*, with_lines: bool = False, by_supply: bool = False) -> FromClause:
    """Those that the caller sees of a time, each with its figures; signed."""
    invoiced = (
        _told(invoices, with_lines)
        .where(*documents_of(invoices), _I.issued_at.is_not(None),
               _I.status != word(Status.VOID.value),
               _I.type.is_(None), *_between(invoices, by_supply))
    )  # fmt: skip
    credited = (
        _told(credit_notes, with_lines)
        .join_from(credit_notes, invoices,
                   and_(_I.tenant_id == _N.tenant_id, _I.id == _N.invoice_id))
        .where(*documents_of(credit_notes), _I.type.is_(None),
               *_between(credit_notes, by_supply))
    )  # fmt: skip
    return union_all(invoiced, credited).subquery("documents")


def parts(rows: FromClause) -> tuple[FromClause, FromClause]:
    """Documents with their lines, and what each line has of their figures; not signed."""
    unit = cast(amount(literal_column("1", BigInteger), rows.c.currency), Numeric)
    unsigned = (rows.c.sign * rows.c[name] for name in FIGURES)
    shared = (
        func.document_parts(rows.c.lines, rows.c.taxes, unit, *unsigned)
        .table_valued(*(column(name, kind) for name, kind in _PART.items()))
        .lateral("part")
    )
    return rows.join(shared, true()), shared


_PART: Final[dict[str, Any]] = {
    "product_id": Uuid, "category": Text, "rate": Text, **dict.fromkeys(FIGURES, BigInteger),
}  # fmt: skip


def _between(table: Table, by_supply: bool) -> tuple[ColumnElement[bool], ...]:
    # A credit note is of the day it is given, whenever what it takes back was supplied.
    is_supply = by_supply and table is invoices
    on = table.c.supply_date if is_supply else table.c.issue_date
    return (
        on >= bindparam("date_from", type_=Date), on < bindparam("date_to", type_=Date),
        table.c.tenant_id == TENANT,
    )  # fmt: skip


def _told(table: Table, with_lines: bool) -> Select[Any]:
    c, is_note = table.c, table is credit_notes
    sign = _SIGNED[0] if is_note else _SIGNED[1]
    net = c.total_minor - c.tax_minor - c.rounding_minor
    total, tax = _at_home(table, c.total_minor), _at_home(table, c.tax_minor)
    rounding = _at_home(table, c.rounding_minor)
    if not is_note:  # as it was frozen, each rounded once
        total, tax = _if_home(_I.home_total_minor), _if_home(_I.home_tax_minor)
    figures = (net, c.tax_minor, c.rounding_minor, total - tax - rounding, tax, rounding)
    return select(
        sign.label("sign"), c.id, c.client_id, c.branch_id, c.salesperson_id, c.currency,
        c.issue_date, *((c.lines, c.taxes) if with_lines else ()),
        *(cast(sign * one, BigInteger).label(name)
          for name, one in zip(FIGURES, figures, strict=True)),
    )  # fmt: skip


def _at_home(table: Table, minor: ColumnElement[Any]) -> ColumnElement[Any]:
    """What it is worth at home, at the rate of the invoice."""
    share = func.round(cast(_I.home_total_minor, Numeric) * minor / _I.total_minor)
    return case(
        (and_(_I.home_currency == HOME, _I.total_minor > ZERO), cast(share, BigInteger)), else_=ZERO
    )


def _if_home(minor: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((_I.home_currency == HOME, minor), else_=ZERO)
