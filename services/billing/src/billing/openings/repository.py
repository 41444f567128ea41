"""All SQL of opening balances, and of the documents that hold them."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, literal_column, select

from billing.invoices.rules import OPENING_BALANCE
from billing.invoices.tables import Invoice, invoices
from billing.openings.tables import OpeningBalance, opening_balances
from billing.payments.tables import Payment, payments
from chassis.errors import NotFound
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns

_OPENING: Final = literal_column(f"'{OPENING_BALANCE}'", Text)
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_CLIENT: Final = bindparam("client_id", type_=Uuid)
_INVOICES: Final = statement(
    select(*written_columns(invoices))
    .where(invoices.c.tenant_id == _TENANT, invoices.c.client_id == _CLIENT,
           invoices.c.type == _OPENING)
    .order_by(invoices.c.id).with_for_update(of=invoices)
)  # fmt: skip
_PAYMENTS: Final = statement(
    select(*written_columns(payments))
    .where(payments.c.tenant_id == _TENANT, payments.c.client_id == _CLIENT,
           payments.c.method == _OPENING)
    .order_by(payments.c.id).with_for_update(of=payments)
)  # fmt: skip


class OpeningRepository(Repository[OpeningBalance]):
    """What was heard of clients."""

    table = opening_balances
    row = OpeningBalance
    missing = NotFound

    async def owed(self, client_id: UUID) -> dict[str, Invoice]:
        """The documents by which it is owed, by their currencies; locked."""
        rows = await self.work.fetch(_INVOICES, **self._of(client_id))
        return {row["currency"]: Invoice(**row) for row in rows}

    async def credit(self, client_id: UUID) -> dict[str, Payment]:
        """Those by which it is the client's; locked, after the others."""
        rows = await self.work.fetch(_PAYMENTS, **self._of(client_id))
        return {row["currency"]: Payment(**row) for row in rows}

    def _of(self, client_id: UUID) -> dict[str, Any]:
        return {"tenant_id": self.work.tenant_id, "client_id": client_id}
