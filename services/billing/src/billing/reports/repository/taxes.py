"""The SQL of a tax return: what is taxed alike, of documents and of the books."""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Date,
    FromClause,
    Numeric,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
    true,
)

from billing.books.tables import book_entries
from billing.documents.repository.clauses import scope
from billing.exchange_rates.tables import exchange_rates
from billing.reports.repository import clauses
from billing.reports.repository.clauses import HOME, TENANT, given, word
from billing.reports.repository.documents import documents, parts
from chassis.statements import Statement, statement

_B: Final = book_entries.c
_R: Final = exchange_rates.c


def _sales(*, by_supply: bool) -> Statement:
    """By category and rate, at home: what was invoiced, and what was credited of it."""
    source, part = parts(documents(with_lines=True, by_supply=by_supply))
    rows: Any = source.left  # type: ignore[attr-defined]
    sums = {}
    for name, sign in (("", "1"), ("credited_", "-1")):
        is_such = rows.c.sign == literal_column(sign)
        zero = literal_column("0", BigInteger)
        sums[f"{name}taxable"] = case((is_such, part.c.home_net), else_=zero)
        sums[f"{name}tax"] = case((is_such, part.c.home_tax), else_=zero)
    return statement(
        select(part.c.category, part.c.rate, *clauses.minors(sums)).select_from(source)
        .group_by(part.c.category, part.c.rate)
        .order_by(part.c.category, cast(part.c.rate, Numeric).desc())
    )  # fmt: skip


SALES: Final = {"issue_date": _sales(by_supply=False), "supply_date": _sales(by_supply=True)}


def _rated() -> FromClause:
    """The rate that the company has for the day of an entry in another currency."""
    found = (
        select(_R.rate)
        .where(_R.tenant_id == TENANT, _R.home_currency == HOME, _R.currency == _B.currency,
               _R.rate_date <= _B.entry_date)
        .order_by(_R.rate_date.desc()).limit(literal_column("1"))
    )  # fmt: skip
    return found.correlate(book_entries).lateral("rated")


def _entries() -> Statement:
    """Expenses and incomes by what they are taxed with, each currency at each of its rates."""
    rated = _rated()
    category = cast(_B.tax.op("->>")(word("category")), Text)
    rate = func.trim_scale(cast(_B.tax.op("->>")(word("rate")), Numeric))
    kept = (_B.kind, _B.currency, rated.c.rate, category, rate)
    return statement(
        select(_B.kind, _B.currency, rated.c.rate.label("exchange_rate"),
               category.label("category"), cast(rate, Text).label("rate"),
               *clauses.minors({"taxable": _B.net_minor, "tax": _B.tax_minor}))
        .select_from(book_entries.outerjoin(rated, true()))
        .where(_B.tenant_id == TENANT, scope(book_entries, "staff_id"),
               given("branch_id", _B.branch_id),
               _B.entry_date >= bindparam("date_from", type_=Date),
               _B.entry_date < bindparam("date_to", type_=Date))
        .group_by(*kept).order_by(category, rate.desc())
    )  # fmt: skip


ENTRIES: Final = _entries()
