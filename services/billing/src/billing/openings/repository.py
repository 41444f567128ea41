"""All SQL of opening balances, and of the documents that hold them."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Text, Uuid, any_, bindparam, exists, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from billing.invoices.rules import OPENING_BALANCE
from billing.invoices.tables import Invoice, invoices
from billing.openings.tables import OpeningBalance, opening_balances
from billing.payments.tables import Payment, payments
from chassis.errors import NotFound
from chassis.repository import Repository
from chassis.statements import Statement, statement
from chassis.tables import written_columns

_OPENING: Final = literal_column(f"'{OPENING_BALANCE}'", Text)
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_CLIENT: Final = bindparam("client_id", type_=Uuid)
_CLIENTS: Final = any_(bindparam("client_ids", type_=ARRAY(Uuid)))
_INVOICES: Final = statement(
    select(*written_columns(invoices))
    .where(invoices.c.tenant_id == _TENANT, invoices.c.client_id == _CLIENTS,
           invoices.c.type == _OPENING)
    .order_by(invoices.c.id).with_for_update(of=invoices)
)  # fmt: skip
_PAYMENTS: Final = statement(
    select(*written_columns(payments))
    .where(payments.c.tenant_id == _TENANT, payments.c.client_id == _CLIENTS,
           payments.c.method == _OPENING)
    .order_by(payments.c.id).with_for_update(of=payments)
)  # fmt: skip
_KEY: Final = func.hashtextextended(bindparam("key", type_=Text), literal_column("0"))
_HOLD: Final = statement(select(func.pg_advisory_xact_lock_shared(_KEY)))
_HOLD_ALONE: Final = statement(select(func.pg_advisory_xact_lock(_KEY)))
Documents = dict[tuple[str, UUID], Any]


def _root() -> Statement:
    """Up from a client, merge by merge, to who was merged into nobody."""
    o = opening_balances.alias("o")
    up = select(_CLIENT.label("id")).cte("up", recursive=True)
    ours = (o.c.tenant_id == _TENANT) & (o.c.id == up.c.id)
    above = select(o.c.merged_into).join_from(up, o, ours)
    up = up.union(above.where(o.c.merged_into.is_not(None)))
    is_merged = exists().where(
        o.c.tenant_id == _TENANT, o.c.id == up.c.id, o.c.merged_into.is_not(None)
    )
    return statement(select(up.c.id).where(~is_merged))


def _below() -> Statement:
    """Down from a client to all that were merged into it, and into those."""
    o = opening_balances.alias("o")
    down = select(_CLIENT.label("id")).cte("down", recursive=True)
    merged = select(o.c.id).join_from(
        down, o, (o.c.tenant_id == _TENANT) & (o.c.merged_into == down.c.id)
    )
    down = down.union(merged)
    return statement(select(down.c.id).where(down.c.id != _CLIENT).order_by(down.c.id))


def _related() -> Statement:
    """All who are one with any of some clients, be it by others."""
    o = opening_balances.alias("o")
    named = select(func.unnest(bindparam("client_ids", type_=ARRAY(Uuid)), type_=Uuid).label("id"))
    up = named.cte("up", recursive=True)
    ours = (o.c.tenant_id == _TENANT) & (o.c.id == up.c.id)
    above = select(o.c.merged_into).join_from(up, o, ours)
    up = up.union(above.where(o.c.merged_into.is_not(None)))
    down = select(up.c.id).cte("down", recursive=True)
    merged = select(o.c.id).join_from(
        down, o, (o.c.tenant_id == _TENANT) & (o.c.merged_into == down.c.id)
    )
    down = down.union(merged)
    return statement(select(down.c.id))


_ROOT: Final = _root()
_BELOW: Final = _below()
_RELATED: Final = _related()


class OpeningRepository(Repository[OpeningBalance]):
    """What was heard of clients."""

    table = opening_balances
    row = OpeningBalance
    missing = NotFound

    async def hold(self, *, alone: bool) -> None:
        """Let nobody merge clients of the company meanwhile; `alone`: as who merges them."""
        key = f"openings:{self.work.tenant_id}"
        await self.work.execute(_HOLD_ALONE if alone else _HOLD, key=key)

    async def family(self, client_id: UUID) -> tuple[UUID, ...]:
        """Who answers for a client now, and then all who were merged into that one."""
        root = await self.work.fetchval(_ROOT, **self._of(client_id=client_id))
        below = await self.work.fetch(_BELOW, **self._of(client_id=root))
        return root, *(row["id"] for row in below)

    async def related(self, client_ids: Collection[UUID]) -> set[UUID]:
        """The clients, and all who are one with any of them."""
        rows = await self.work.fetch(_RELATED, **self._of(client_ids=list(client_ids)))
        return {row["id"] for row in rows}

    async def owed(self, client_ids: Sequence[UUID]) -> Documents:
        """The documents by which it is owed, by currency and client; locked."""
        rows = await self.work.fetch(_INVOICES, **self._of(client_ids=list(client_ids)))
        return {(row["currency"], row["client_id"]): Invoice(**row) for row in rows}

    async def credit(self, client_ids: Sequence[UUID]) -> Documents:
        """Those by which it is the client's; locked, after the others."""
        rows = await self.work.fetch(_PAYMENTS, **self._of(client_ids=list(client_ids)))
        return {(row["currency"], row["client_id"]): Payment(**row) for row in rows}

    def _of(self, **values: Any) -> dict[str, Any]:
        return {"tenant_id": self.work.tenant_id, **values}
