"""All SQL of orders."""

from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, delete

from billing.documents.repository.clauses import (
    between,
    listing,
    names_client,
    reading,
    scope,
    shown,
)
from billing.documents.repository.records import DocumentRepository  # fmt: skip
from billing.orders.rules import OrderExternalIdTaken, OrderNotFound
from billing.orders.tables import Order, orders
from chassis.paging import ListQuery
from chassis.statements import statement

_C: Final = orders.c
_SHOWN: Final[dict[str, ColumnElement[Any]]] = shown(orders, _C.status) | {
    name: _C[name]
    for name in ("confirmed_at", "fulfilled_at", "cancelled_at", "cancel_reason", "invoice_id")
}

LIST: Final[ListQuery] = listing(
    orders, _SHOWN,
    filters={
        **between("confirmed", _C.confirmed_at), **between("fulfilled", _C.fulfilled_at),
        **between("cancelled", _C.cancelled_at),
    },
)  # fmt: skip


class OrderRepository(DocumentRepository[Order]):
    """The orders that the caller may see."""

    table = orders
    row = Order
    scope = scope(orders)
    missing = OrderNotFound
    reads = reading(orders, _SHOWN)
    shown_by = _SHOWN
    forgets = statement(
        delete(orders).where(
            _C.tenant_id == bindparam("tenant_id"),
            names_client(orders, "client_id"),
        )
    )
    keys = {"uq_orders__external_id": (OrderExternalIdTaken, "external_id")}
