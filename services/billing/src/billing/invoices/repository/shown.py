"""How an invoice is shown: by which columns, in lists, and what those come to."""

from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Text,
    and_,
    case,
    func,
    literal_column,
    or_,
)

from billing.documents.repository.clauses import (
    TODAY,
    any_of,
    between,
    called_whom,
    listing,
    shown,
    summing,
)
from billing.invoices.rules import OWED, Status
from billing.invoices.tables import invoices
from billing.links.repository import LINK_SHOWN
from chassis.amounts import amount
from chassis.paging import ListQuery
from chassis.statements import Statement

_C: Final = invoices.c
_supplied = func.coalesce(_C.supply_date, _C.issue_date, type_=Date)
# What is said, else so many days after it is issued, which is not before its date: rules.due.
_due = func.coalesce(
    _C.due_date,
    func.least(
        func.greatest(_C.issue_date, TODAY, type_=Date).op("+", return_type=Date())(
            func.coalesce(_C.due_days, 0, type_=Integer)
        ),
        literal_column("'9999-12-31'", Date),
    ),
    type_=Date,
)  # fmt: skip
# Written out, so that an index with this condition is known to serve it.
IS_OWED: Final = or_(*(_C.status == literal_column(f"'{one.value}'", Text) for one in OWED))
_STATUS: Final = case(
    (and_(IS_OWED, _due < TODAY), literal_column("'overdue'", Text)),
    else_=_C.status,
)
_CHAIN: Final = case(
    (_C.chain_place.is_not(None), func.json_build_object(
        literal_column("'place'", Text), _C.chain_place,
        literal_column("'hash'", Text), _C.content_hash,
        literal_column("'previous_hash'", Text), _C.previous_hash,
    )),
)  # fmt: skip
BALANCE: Final = case(
    (_C.status == literal_column(f"'{Status.VOID.value}'", Text), literal_column("0")),
    else_=_C.total_minor - _C.paid_minor - _C.credited_minor - _C.written_off_minor,
)
_TYPE: Final = func.coalesce(_C.type, literal_column("'invoice'", Text), type_=Text)
SHOWN: Final[dict[str, ColumnElement[Any]]] = shown(invoices, _STATUS) | {
    **{name: _C[name] for name in (
        "issued_at", "subscription_id", "period_from", "period_to", "adjusts_id",
        "estimate_id", "order_id", "seller", "buyer", "exchange_rate",
        "exchange_rate_source", "exchange_rate_on", "home_currency", "einvoice",
        "lines_left", *LINK_SHOWN,
    )},
    "type": _TYPE, "for_client": called_whom(invoices),
    "original_total": amount(_C.original_total_minor, _C.currency),
    "home_total": amount(_C.home_total_minor, _C.home_currency),
    "home_tax_total": amount(_C.home_tax_minor, _C.home_currency),
    "chain": _CHAIN, "supply_date": _supplied, "due_date": _due,
    "paid": amount(_C.paid_minor, _C.currency),
    "credited": amount(_C.credited_minor, _C.currency),
    "written_off": amount(_C.written_off_minor, _C.currency),
    "balance": amount(BALANCE, _C.currency),
}  # fmt: skip

LIST: Final[ListQuery] = listing(
    invoices, SHOWN,
    filters={
        "type": any_of(_TYPE, "type"),
        **{name: any_of(_C[name], name) for name in (
            "subscription_id", "estimate_id", "order_id",
        )},
        "is_owed": IS_OWED,
        "einvoice_status": any_of(_C.einvoice["status"].astext, "einvoice_status"),
        **between("issued", _C.issued_at),
    },
    sorts={"due_date": _due},
)  # fmt: skip


@lru_cache(maxsize=1024)
def sums(names: frozenset[str]) -> Statement:
    """What all that a list shows under these filters comes to, by status and currency."""
    minors = {"total": _C.total_minor, "paid": _C.paid_minor, "balance": BALANCE}
    amounts = {name: amount(func.sum(minor), _C.currency) for name, minor in minors.items()}
    return summing(LIST, names, {"status": _STATUS, "currency": _C.currency}, amounts)
