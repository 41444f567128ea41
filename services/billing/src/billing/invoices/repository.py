"""All SQL of invoices."""

from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Date, Text, and_, case, func, literal_column, or_

from billing.documents.repository import (
    TODAY,
    DocumentRepository,
    any_of,
    forgetting_drafts,
    listing,
    reading,
    scope,
    shown,
)
from billing.invoices.rules import OWED, PAID_MINOR, InvoiceExternalIdTaken, InvoiceNotFound
from billing.invoices.tables import Invoice, invoices
from chassis.amounts import amount
from chassis.paging import ListQuery

_C: Final = invoices.c
_supplied = func.coalesce(_C.supply_date, _C.issue_date, type_=Date)
# What is said, else the day it is issued, which is not before its date.
_due = func.coalesce(_C.due_date, func.greatest(_C.issue_date, TODAY), type_=Date)
_IS_OWED: Final = or_(*(_C.status == one.value for one in OWED))
_STATUS: Final = case(
    (and_(_IS_OWED, _due < TODAY), literal_column("'overdue'", Text)),
    else_=_C.status,
)
_PAID: Final = literal_column(str(PAID_MINOR), BigInteger)
_SHOWN: Final[dict[str, ColumnElement[Any]]] = shown(invoices, _STATUS) | {
    **{name: _C[name] for name in ("issued_at", "subscription_id", "period_from", "period_to")},
    "supply_date": _supplied, "due_date": _due,
    "paid": amount(_PAID, _C.currency), "balance": amount(_C.total_minor - _PAID, _C.currency),
}  # fmt: skip

LIST: Final[ListQuery] = listing(
    invoices, _SHOWN, filters={"subscription_id": any_of(_C.subscription_id, "subscription_id")},
    sorts={"due_date": _due},
)  # fmt: skip


class InvoiceRepository(DocumentRepository[Invoice]):
    """The invoices that the caller may see."""

    table = invoices
    row = Invoice
    scope = scope(invoices)
    missing = InvoiceNotFound
    reads = reading(invoices, _SHOWN)
    forgets = forgetting_drafts(invoices)
    keys = {"uq_invoices__external_id": (InvoiceExternalIdTaken, "external_id")}
