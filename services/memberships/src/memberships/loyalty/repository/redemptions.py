"""All SQL of points that invoices are discounted by."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import (
    ColumnElement,
    Numeric,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.amounts import amount
from chassis.context import Context
from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.repository import IdTaken
from chassis.statements import statement
from chassis.tables import written_columns
from memberships.credit_types.tables import credit_types
from memberships.loyalty.rules.failures import AlreadyRedeemed, RedemptionNotFound
from memberships.loyalty.rules.redeeming import LIVE, WAITING
from memberships.loyalty.tables import Redemption, loyalty_redemptions
from refs.lag import AboutClients
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of

_C: Final = loyalty_redemptions.c
_T: Final = credit_types.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_SCOPE: Final = about_visible_client(_C.client_id)
_SURVIVOR: Final = survivor_of(client_refs, _C.client_id)
_DECIMALS: Final = (
    select(_T.decimals)
    .where(_T.tenant_id == _C.tenant_id, _T.id == _C.credit_type_id)
    .scalar_subquery()
)


def points(units: ColumnElement[Any], decimals: ColumnElement[Any]) -> ColumnElement[Any]:
    """Points as they are written, with the decimals of their type: 15 with one of them is 1.5."""
    scaled = cast(units, Numeric) / func.power(literal_column("10::numeric"), decimals)
    return cast(func.round(scaled, decimals), Text)


_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "invoice_id", "credit_type_id", "currency",
        "status", "problem", "created_by",
    )},
    "client_id": _SURVIVOR,
    "url": literal_column("'/v1/clients/'", Text) + cast(_SURVIVOR, Text),
    "points": points(_C.points, _DECIMALS), "amount": amount(_C.amount_minor, _C.currency),
}  # fmt: skip
_READ: Final = document(loyalty_redemptions, _SHOWN, _OURS, _SCOPE, _C.id == bindparam("id"))
LIST: Final = ListQuery(
    source=loyalty_redemptions, columns=_SHOWN, where=(_OURS, _SCOPE),
    filters={
        "client_id": about_clients(
            client_refs, _C.client_id, bindparam("client_id", type_=ARRAY(Uuid))
        ),
        "invoice_id": _C.invoice_id == any_(bindparam("invoice_id", type_=ARRAY(Uuid))),
        "status": _C.status == any_(bindparam("status", type_=ARRAY(Text))),
        "updated_from": _C.updated_at >= bindparam("updated_from", type_=_C.updated_at.type),
        "updated_to": _C.updated_at < bindparam("updated_to", type_=_C.updated_at.type),
    },
    sorts={name: _C[name] for name in ("created_at", "updated_at")},
    default_sort="-created_at", key=_C.id,
)  # fmt: skip
_IS_LIVE: Final = _C.status.in_([literal_column(f"'{one.value}'", Text) for one in LIVE])
_LIVE: Final = statement(
    select(*written_columns(loyalty_redemptions))
    .where(_OURS, _IS_LIVE, _C.invoice_id == bindparam("invoice_id", type_=Uuid))
    .with_for_update()
)
# In one order, so that two who do so never wait for each other.
_HOLD: Final = statement(
    select(_C.id)
    .where(_OURS, _IS_LIVE, _C.invoice_id == any_(bindparam("invoice_ids", type_=ARRAY(Uuid))))
    .order_by(_C.id)
    .with_for_update()
)
_LOCKED: Final = statement(
    select(*written_columns(loyalty_redemptions))
    .where(_OURS, _C.id == bindparam("id", type_=Uuid))
    .with_for_update()
)
_WAITING: Final = statement(
    select(*written_columns(loyalty_redemptions))
    .where(_OURS, _C.status.in_([literal_column(f"'{one.value}'", Text) for one in WAITING]),
           _C.updated_at < bindparam("before", type_=_C.updated_at.type))
    .order_by(_C.updated_at, _C.id)
    .limit(literal_column("500"))
)  # fmt: skip


async def tenants_with_waiting(context: Context, before: datetime) -> list[UUID]:
    """The companies where billing has not answered since then."""
    found = await context.system.look_up("tenants_with_waiting_redemptions", before)
    return [row["tenant_id"] for row in found]


class RedemptionRepository(AboutClients[Redemption]):
    """The redemptions of the clients that the caller sees."""

    table = loyalty_redemptions
    row = Redemption
    scope = _SCOPE
    missing = RedemptionNotFound

    async def scope_values(self) -> dict[str, Any]:
        return (await sight_of(self.work)).values()

    async def read(self, redemption_id: UUID) -> Document:
        """One as JSON; raises RedemptionNotFound."""
        await self.check(redemption_id)
        return await self.shown(redemption_id)

    async def shown(self, redemption_id: UUID) -> Document:
        """The same of one that was just written."""
        found = await read_document(self.work, _READ, **await self._bound({"id": redemption_id}))
        if found is None:
            raise self.missing()
        return found

    async def known(self, redemption_id: UUID | None, digest: bytes) -> Redemption | None:
        """The one made before by the same id and request; raises IdTaken for another request."""
        found = await self.find(redemption_id) if redemption_id else None
        if found is not None and found.digest != digest:
            raise IdTaken(field="id")
        return found

    async def add(self, **values: Any) -> Redemption:
        """A new one; raises AlreadyRedeemed and IdTaken."""
        try:
            return await super().add(**values)
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name == "uq_loyalty_redemptions__live":
                raise AlreadyRedeemed() from error
            raise IdTaken(field="id") from error

    async def locked(self, redemption_id: UUID) -> Redemption | None:
        """One that a job is about, locked, if it is still there."""
        return await self.one(_LOCKED, id=redemption_id)

    async def live(self, invoice_id: UUID) -> Redemption | None:
        """The one that holds points for an invoice, or is on it; locked."""
        return await self.one(_LIVE, invoice_id=invoice_id)

    async def hold(self, invoice_ids: Collection[UUID]) -> None:
        """Lock those that hold points for some invoices, or are on them."""
        values = {"tenant_id": self.work.tenant_id, "invoice_ids": list(invoice_ids)}
        await self.work.fetch(_HOLD, **values)

    async def waiting(self, before: datetime) -> list[Redemption]:
        """Some of which billing has not answered since then, the oldest first."""
        return await self.all(_WAITING, before=before)
