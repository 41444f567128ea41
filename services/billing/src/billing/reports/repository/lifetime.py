"""The SQL of what clients brought in since they are clients."""

from typing import Any, Final

from sqlalchemy import (
    Date,
    FromClause,
    Select,
    Text,
    any_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from billing.invoices.repository.shown import BALANCE
from billing.invoices.rules import Status
from billing.invoices.tables import invoices
from billing.ledger.rules import Account
from billing.ledger.tables import ledger_entries
from billing.reports.repository import clauses
from billing.reports.repository.clauses import HOME, TENANT, ZERO, word
from chassis.paging import ListQuery
from chassis.statements import statement
from refs.visibility import about_visible_client

_I: Final = invoices.c
_E: Final = ledger_entries.c
_SUMS: Final = ("paid", "refunded", "lifetime_value", "due")
_DATES: Final = ("first_invoice_on", "last_invoice_on")
_CASH: Final = (Account.CASH, Account.CHEQUES)


def _moved() -> Select[Any]:
    """What came in and went back, as the ledger says."""
    is_cash = or_(*(_E.account == word(one.value) for one in _CASH))
    paid = case((is_cash, _E.amount_minor), else_=ZERO)
    back = case((is_cash, ZERO), else_=-_E.amount_minor)
    accounts = literal([one.value for one in (*_CASH, Account.REFUNDS)], ARRAY(Text))
    sums = {"paid": paid, "refunded": back, "lifetime_value": _E.amount_minor}
    return (
        select(_E.client_id, _E.currency, *clauses.minors(sums), ZERO.label("due"),
               ZERO.label("invoices"), *(cast(null(), Date).label(name) for name in _DATES))
        .where(_E.tenant_id == TENANT, _E.client_id.is_not(None), _E.account == any_(accounts),
               about_visible_client(_E.client_id), clauses.of_clients(_E.client_id))
        .group_by(_E.client_id, _E.currency)
    )  # fmt: skip


def _invoiced() -> Select[Any]:
    nothing = (ZERO.label(name) for name in _SUMS[:-1])
    # What was owed before is open, and was not invoiced.
    is_invoice = _I.type.is_(None)
    return (
        select(_I.client_id, _I.currency, *nothing, *clauses.minors({"due": BALANCE}),
               func.count().filter(is_invoice).label("invoices"),
               func.min(_I.issue_date).filter(is_invoice).label(_DATES[0]),
               func.max(_I.issue_date).filter(is_invoice).label(_DATES[1]))
        .where(_I.tenant_id == TENANT, _I.client_id.is_not(None), _I.issued_at.is_not(None),
               _I.status != word(Status.VOID.value), about_visible_client(_I.client_id),
               clauses.of_clients(_I.client_id))
        .group_by(_I.client_id, _I.currency)
    )  # fmt: skip


def _by_client(rows: FromClause) -> FromClause:
    joined, kept, client_id = clauses.with_clients(rows)
    each = (
        select(client_id.label("client_id"), kept.c.name, rows.c.currency,
               *clauses.sums_of(rows, *_SUMS, "invoices"),
               func.min(rows.c[_DATES[0]]).label(_DATES[0]),
               func.max(rows.c[_DATES[1]]).label(_DATES[1]))
        .select_from(joined).group_by(client_id, kept.c.name, rows.c.currency)
    ).subquery("each_currency")  # fmt: skip
    told = clauses.amounts(each, *_SUMS) | {name: each.c[name] for name in ("invoices", *_DATES)}
    at_home = case((each.c.currency == HOME, each.c.lifetime_value), else_=ZERO)
    return (
        select(each.c.client_id, each.c.name, *clauses.minors({"at_home": at_home}),
               clauses.listed(each, told).label("currencies"))
        .group_by(each.c.client_id, each.c.name)
    ).subquery("by_client")  # fmt: skip


_ROWS: Final = union_all(_moved(), _invoiced()).subquery("each_part")
_CLIENTS: Final = _by_client(_ROWS)
LIST: Final = ListQuery(
    source=_CLIENTS, where=(), filters=clauses.FILTERS,
    columns={**clauses.linked(_CLIENTS), "currencies": _CLIENTS.c.currencies},
    sorts={"lifetime_value": _CLIENTS.c.at_home,
           "name": func.coalesce(_CLIENTS.c.name, word(""), type_=Text)},
    default_sort="-lifetime_value", key=_CLIENTS.c.client_id,
)  # fmt: skip
_summed = (
    select(_ROWS.c.currency, *clauses.sums_of(_ROWS, *_SUMS, "invoices"))
    .group_by(_ROWS.c.currency)
).subquery("summed")  # fmt: skip
TOTALS: Final = statement(
    select(*(one.label(name) for name, one in clauses.amounts(_summed, *_SUMS).items()),
           _summed.c.invoices)
    .order_by(_summed.c.currency)
)  # fmt: skip
