"""All SQL of what invoices brought."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns
from memberships.loyalty.tables import Earning, loyalty_earnings
from refs.merges import about_clients
from refs.tables import client_refs

_C: Final = loyalty_earnings.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_OF_INVOICE: Final = statement(
    select(*written_columns(loyalty_earnings))
    .where(_OURS, _C.invoice_id == bindparam("invoice_id", type_=Uuid))
    .with_for_update()
)
# In one order, so that two who do so never wait for each other.
_OWED: Final = statement(
    select(*written_columns(loyalty_earnings))
    .where(
        _OURS, about_clients(client_refs, _C.client_id, bindparam("clients", type_=ARRAY(Uuid))),
        _C.credit_type_id == bindparam("credit_type_id", type_=Uuid),
        _C.owed > literal_column("0"),
    )
    .order_by(_C.id)
    .limit(literal_column("100"))
    .with_for_update()
)  # fmt: skip
_KEYS: Final = func.unnest(bindparam("keys", type_=ARRAY(Text))).column_valued("key")
_HOLD: Final = statement(select(func.pg_advisory_xact_lock(func.hashtextextended(_KEYS, 0))))


class EarningRepository(Repository[Earning]):
    """What invoices brought; of the service's own, for nobody to read."""

    table = loyalty_earnings
    row = Earning

    async def of_invoice(self, invoice_id: UUID) -> Earning | None:
        """What an invoice brings, locked."""
        return await self.one(_OF_INVOICE, invoice_id=invoice_id)

    async def start(self, **values: Any) -> Earning:
        """An invoice that brings nothing yet, locked; the one that is there, if it was begun
        meanwhile.
        """
        nothing = {"invoice_version": 0, "spent_minor": 0, "points": 0, "owed": 0}
        more: dict[str, Any] = {"is_in_parts": False, "causes": []}
        made = await self.add_unless_taken(**values, **nothing, **more)
        if made is None and (made := await self.of_invoice(values["invoice_id"])) is None:
            raise self.missing()
        return made

    async def owed(self, client_id: UUID, credit_type_id: UUID) -> list[Earning]:
        """Where a client still owes points of a type, locked, oldest first."""
        return await self.all(_OWED, clients=[client_id], credit_type_id=credit_type_id)

    async def hold(self, client_ids: Collection[UUID]) -> None:
        """Wait for whoever else changes what these clients earn."""
        keys = sorted({f"loyalty:{self.work.tenant_id}:{one}" for one in client_ids})
        await self.work.execute(_HOLD, keys=keys)
