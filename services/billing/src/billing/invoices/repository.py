"""All SQL of invoices."""

from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
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
)
from sqlalchemy.dialects.postgresql import ARRAY

from billing.invoices.rules import OWED, PAID_MINOR, InvoiceExternalIdTaken, InvoiceNotFound, Status
from billing.invoices.tables import Invoice, invoices
from chassis.amounts import amount
from chassis.documents import Document, document, read_document
from chassis.errors import Failure
from chassis.paging import ListQuery
from chassis.repository import IdTaken
from chassis.statements import statement
from refs.home import today
from refs.lag import AboutClients
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of

NOBODY: Final = UUID(int=0)
"""Stands for `none` among the clients of a filter."""

_C: Final = invoices.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id")
# About a visible client; of a walk-in sale its maker's, its salesperson's, and who sees all.
_SCOPE: Final = and_(
    about_visible_client(_C.client_id),
    or_(
        _C.client_id.is_not(None),
        bindparam("sees_all", type_=Boolean),
        _C.created_by == bindparam("principal", type_=Text),
        _C.salesperson_id == bindparam("my_id", type_=Uuid),
    ),
)
_supplied = func.coalesce(_C.supply_date, _C.issue_date, type_=Date)
_TODAY: Final = bindparam("today", type_=Date)
# What is said, else the day it is issued, which is not before its date.
_due = func.coalesce(_C.due_date, func.greatest(_C.issue_date, _TODAY), type_=Date)
_IS_OWED: Final = or_(*(_C.status == one.value for one in OWED))
_STATUS: Final = case(
    (and_(_IS_OWED, _due < _TODAY), literal_column("'overdue'", Text)),
    else_=_C.status,
)
_PAID: Final = literal_column(str(PAID_MINOR), BigInteger)
_ABOUT: Final = survivor_of(client_refs, _C.client_id)


def _amount(minor: ColumnElement[Any]) -> ColumnElement[Any]:
    return amount(minor, _C.currency)


_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "number", "currency", "issue_date",
        "payment_terms", "lines", "discount", "taxes", "salesperson_id", "notes", "terms",
        "branch_id", "work_cycle_id", "external_id", "issued_at", "created_by",
    )},
    "status": _STATUS, "client_id": _ABOUT, "supply_date": _supplied, "due_date": _due,
    "url": literal_column("'/v1/clients/'", Text) + cast(_ABOUT, Text),
    "shipping": _amount(_C.shipping_minor), "deposit": _amount(_C.deposit_minor),
    "subtotal": _amount(_C.subtotal_minor), "discount_total": _amount(_C.discount_minor),
    "tax_total": _amount(_C.tax_minor), "rounding": _amount(_C.rounding_minor),
    "total": _amount(_C.total_minor), "paid": _amount(_PAID),
    "balance": _amount(_C.total_minor - _PAID),
}  # fmt: skip
_READ: Final = document(invoices, _SHOWN, _OURS, _SCOPE, _C.id == bindparam("id"))


def _any(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    return column == any_(bindparam(name, type_=ARRAY(column.type)))


def _about(name: str) -> ColumnElement[bool]:
    asked = bindparam(name, type_=ARRAY(Uuid))
    is_none = and_(_C.client_id.is_(None), literal(NOBODY, Uuid) == any_(asked))
    return or_(about_clients(client_refs, _C.client_id, asked), is_none)


def _between(name: str, column: ColumnElement[Any]) -> dict[str, ColumnElement[bool]]:
    return {
        f"{name}_from": column >= bindparam(f"{name}_from", type_=column.type),
        f"{name}_to": column < bindparam(f"{name}_to", type_=column.type),
    }


LIST: Final = ListQuery(
    source=invoices, columns=_SHOWN, where=(_OURS, _SCOPE),
    filters={
        "client_id": _about("client_id"), "status": _any(_STATUS, "status"),
        **{name: _any(_C[name], name) for name in (
            "number", "external_id", "branch_id", "salesperson_id", "work_cycle_id", "currency",
        )},
        **_between("issue_date", _C.issue_date), **_between("due_date", _due),
        **_between("created", _C.created_at), **_between("updated", _C.updated_at),
    },
    sorts={name: _C[name] for name in ("created_at", "updated_at", "issue_date")}
    | {"due_date": _due, "total": _C.total_minor},
    default_sort="-created_at", key=_C.id,
)  # fmt: skip
_FORGET_DRAFTS: Final = statement(
    delete(invoices).where(
        _OURS, _C.client_id == bindparam("client_id", type_=Uuid),
        _C.status == literal_column(f"'{Status.DRAFT.value}'", Text),
    )
)  # fmt: skip
_KEYS: Final[dict[str | None, tuple[type[Failure], str]]] = {
    # Out of sight, or made this moment.
    "pk_invoices": (IdTaken, "id"),
    "uq_invoices__external_id": (InvoiceExternalIdTaken, "external_id"),
}


class InvoiceRepository(AboutClients[Invoice]):
    """The invoices that the caller may see."""

    table = invoices
    row = Invoice
    scope = _SCOPE
    missing = InvoiceNotFound

    async def scope_values(self) -> dict[str, Any]:
        """What I see, who I am, and what day it is."""
        caller = self.work.caller
        return {
            "principal": caller.principal, "my_id": caller.user_id,
            "today": await today(self.work), **(await sight_of(self.work)).values(),
        }  # fmt: skip

    async def read(self, invoice_id: UUID) -> Document:
        """The invoice as JSON; raises InvoiceNotFound."""
        await self.check(invoice_id)
        return await self.shown(invoice_id)

    async def shown(self, invoice_id: UUID) -> Document:
        """The same of one that was just written."""
        found = await read_document(self.work, _READ, **await self._bound({"id": invoice_id}))
        if found is None:
            raise self.missing()
        return found

    async def known(self, invoice_id: UUID | None, digest: bytes) -> Invoice | None:
        """The one made before by the same id and request; raises IdTaken for another request."""
        found = await self.find(invoice_id) if invoice_id else None
        if found is not None and found.digest != digest:
            raise IdTaken(field="id")
        return found

    async def add(self, **values: Any) -> Invoice:
        try:
            return await super().add(**values)
        except asyncpg.UniqueViolationError as error:
            raise _taken(error) from error

    async def update(self, row: Invoice, **changes: Any) -> Invoice:
        try:
            return await super().update(row, **changes)
        except asyncpg.UniqueViolationError as error:
            raise _taken(error) from error

    async def forget_drafts(self, client_id: UUID) -> None:
        """Remove a client's drafts; what was issued the law has kept."""
        await self.work.execute(_FORGET_DRAFTS, tenant_id=self.work.tenant_id, client_id=client_id)


def _taken(error: asyncpg.UniqueViolationError) -> Exception:
    if (known := _KEYS.get(error.constraint_name)) is None:
        return error
    failure, field = known
    return failure(field=field)
