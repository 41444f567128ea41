"""All SQL of invoicing work time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.statements import statement
from chassis.tables import written_columns
from chassis.work import UnitOfWork
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of
from scheduling.once import MadeOnce
from scheduling.time_invoices.rules import State, TimeInvoiceNotFound
from scheduling.time_invoices.tables import TimeInvoice, time_invoices

_C: Final = time_invoices.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_SCOPE: Final = about_visible_client(_C.client_id)
_ABOUT: Final = survivor_of(client_refs, _C.client_id)
_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "state", "entry_count", "invoice_id",
        "problem", "created_by",
    )},
    "client_id": _ABOUT, "url": literal_column("'/v1/clients/'", Text) + cast(_ABOUT, Text),
}  # fmt: skip


def _ids(name: str) -> ColumnElement[Any]:
    return bindparam(name, type_=ARRAY(Uuid))


LIST: Final = ListQuery(
    source=time_invoices, columns=_SHOWN, where=(_OURS, _SCOPE),
    filters={
        "client_id": about_clients(client_refs, _C.client_id, _ids("client_id")),
        "invoice_id": _C.invoice_id == any_(_ids("invoice_id")),
        "state": _C.state == any_(bindparam("state", type_=ARRAY(Text))),
    },
    sorts={"created_at": _C.created_at}, default_sort="-created_at", key=_C.id,
)  # fmt: skip
_READ: Final = document(time_invoices, _SHOWN, _OURS, _SCOPE, _C.id == bindparam("id"))
_IS_PENDING: Final = _C.state == literal_column(f"'{State.PENDING}'", Text)
_OF_INVOICE: Final = (
    _OURS, _C.invoice_id == bindparam("invoice_id", type_=Uuid),
    _C.state == literal_column(f"'{State.MADE}'", Text),
)  # fmt: skip
_IS_ONE: Final = statement(
    select(or_(exists().where(*_OF_INVOICE), exists().where(_OURS, _IS_PENDING)))
)
_REMEMBER: Final = statement(
    update(time_invoices)
    .where(_OURS, _IS_PENDING)
    .values(gone_invoice_ids=func.array_append(
        _C.gone_invoice_ids, bindparam("gone_id", type_=Uuid), type_=ARRAY(Uuid)
    ))
)  # fmt: skip
_LOCKED: Final = statement(
    select(*written_columns(time_invoices)).where(*_OF_INVOICE).order_by(_C.id).with_for_update()
)
_LONG_PENDING: Final = statement(
    select(_C.id)
    .where(_OURS, _IS_PENDING, _C.updated_at < bindparam("before", type_=DateTime(timezone=True)))
    .order_by(_C.updated_at)
    .limit(bindparam("most", type_=Integer))
)
_NOTHING: Final = literal_column("'{}'::jsonb", JSONB)
_BLANK: Final = statement(
    update(time_invoices)
    .where(_OURS, _C.client_id == bindparam("client_id", type_=Uuid), ~_IS_PENDING)
    .values(request=_NOTHING)
)


class TimeInvoiceRepository(MadeOnce[TimeInvoice]):
    """What became of the work time of clients that the caller sees."""

    table = time_invoices
    row = TimeInvoice
    scope = _SCOPE
    missing = TimeInvoiceNotFound

    async def scope_values(self) -> dict[str, Any]:
        return (await sight_of(self.work)).values()

    async def read(self, time_invoice_id: UUID) -> Document:
        """One as JSON; raises TimeInvoiceNotFound."""
        await self.check(time_invoice_id)
        return await self.shown(time_invoice_id)

    async def shown(self, time_invoice_id: UUID) -> Document:
        """The same of one that was just written."""
        values = await self._bound({"id": time_invoice_id})
        if (found := await read_document(self.work, _READ, **values)) is None:
            raise self.missing()
        return found

    async def of_invoice(self, invoice_id: UUID) -> list[TimeInvoice]:
        """What became an invoice, locked."""
        return await self.all(_LOCKED, invoice_id=invoice_id)


async def may_be_one(work: UnitOfWork, invoice_id: UUID) -> bool:
    """Whether some work time became this invoice, or waits to hear which one it became."""
    known: dict[str, Any] = {"tenant_id": work.tenant_id, "invoice_id": invoice_id}
    return bool(await work.fetchval(_IS_ONE, **known))


async def remember_gone(work: UnitOfWork, invoice_id: UUID) -> None:
    """An invoice is no more: what waits for an answer may hear of it only then."""
    await work.execute(_REMEMBER, tenant_id=work.tenant_id, gone_id=invoice_id)


async def long_pending(work: UnitOfWork, before: datetime, most: int) -> Sequence[UUID]:
    """Some that wait for an answer since before then."""
    rows = await work.fetch(_LONG_PENDING, tenant_id=work.tenant_id, before=before, most=most)
    return [row["id"] for row in rows]


async def blank(work: UnitOfWork, client_id: UUID) -> None:
    """Keep no word of what was worked for a client."""
    await work.execute(_BLANK, tenant_id=work.tenant_id, client_id=client_id)
