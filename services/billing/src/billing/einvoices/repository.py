"""All SQL of e-invoices."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Integer, Uuid, bindparam, column, func, insert, select
from sqlalchemy.dialects.postgresql import JSONB

from billing.einvoices.tables import EInvoice, e_invoices
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns

_C: Final = e_invoices.c
_PIECE: Final = 200
_OF_DEVICE: Final = statement(
    select(*written_columns(e_invoices))
    .where(_C.tenant_id == bindparam("tenant_id"),
           _C.device_id == bindparam("device_id", type_=Uuid),
           _C.counter > bindparam("counter", type_=BigInteger))
    .order_by(_C.counter).limit(bindparam("piece", type_=Integer))
)  # fmt: skip
_ROWS: Final = (
    func.jsonb_to_recordset(bindparam("rows", type_=JSONB))
    .table_valued(*(column(one.name, one.type) for one in written_columns(e_invoices)), name="r")
    .render_derived(with_types=True)
)
_ADD: Final = statement(
    insert(e_invoices).from_select(
        [one.name for one in written_columns(e_invoices)], select(*_ROWS.c)
    )
)


class EInvoiceRepository(Repository[EInvoice]):
    """E-invoices of the tenant; who may see a document is asked where documents are."""

    table = e_invoices
    row = EInvoice

    async def add_each(self, rows: Sequence[dict[str, Any]]) -> None:
        """New ones, in one statement."""
        made = {"version": 1, "tenant_id": self.work.tenant_id, "cleared_xml": None,
                "created_at": self.work.now, "updated_at": self.work.now}  # fmt: skip
        written = [made | row | {"xml": f"\\x{row['xml'].hex()}"} for row in rows]
        await self.work.execute(_ADD, rows=written)

    async def of_device(self, device_id: UUID) -> AsyncIterator[EInvoice]:
        """All that a device made, in their order."""
        last = 0
        while True:
            found = await self.all(_OF_DEVICE, device_id=device_id, counter=last, piece=_PIECE)
            for one in found:
                yield one
            if not found:
                return
            last = found[-1].counter
