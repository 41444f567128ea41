"""All SQL of checkouts."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    DateTime,
    Integer,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)

from billing.checkouts.rules import OPEN, CheckoutNotFound
from billing.checkouts.tables import Checkout, checkouts
from billing.documents.repository.clauses import any_of, between, of_clients
from billing.payments.tables import payments
from chassis.amounts import amount
from chassis.context import Context
from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.statements import statement
from chassis.tables import written_columns
from refs.lag import AboutClients
from refs.merges import survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of

_C: Final = checkouts.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_SCOPE: Final = and_(
    about_visible_client(_C.client_id),
    or_(
        _C.client_id.is_not(None),
        bindparam("sees_all", type_=Boolean),
        _C.created_by == bindparam("principal", type_=Text),
    ),
)
_SURVIVOR: Final = survivor_of(client_refs, _C.client_id)
_IS_OPEN: Final = or_(*(_C.status == one.value for one in OPEN))
_WENT_BACK: Final = exists(
    select(payments.c.id).where(
        payments.c.tenant_id == _C.tenant_id, payments.c.id == _C.payment_id,
        payments.c.refunded_minor == payments.c.amount_minor,
    ).correlate(checkouts)
)  # fmt: skip
_STATUS: Final = case((_WENT_BACK, literal_column("'refunded'", Text)), else_=_C.status)
_DISPUTE: Final = case(
    (_C.dispute_id.is_not(None), func.json_build_object(
        literal_column("'id'", Text), _C.dispute_id,
        literal_column("'status'", Text), _C.dispute_status,
        literal_column("'reason'", Text), _C.dispute_reason,
        literal_column("'amount'", Text), amount(_C.disputed_minor, _C.currency),
    )),
)  # fmt: skip
_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "invoice_id", "payment_provider_id",
        "currency", "intent_id", "failure_code", "payment_id", "created_by",
    )},
    "status": _STATUS, "client_id": _SURVIVOR,
    "url": literal_column("'/v1/clients/'", Text) + cast(_SURVIVOR, Text),
    "amount": amount(_C.amount_minor, _C.currency), "dispute": _DISPUTE,
}  # fmt: skip
_READ: Final = document(checkouts, _SHOWN, _OURS, _SCOPE, _C.id == bindparam("id"))

LIST: Final = ListQuery(
    source=checkouts, columns=_SHOWN, where=(_OURS, _SCOPE),
    filters={
        "client_id": of_clients(checkouts), "status": any_of(_STATUS, "status"),
        **{name: any_of(_C[name], name) for name in (
            "invoice_id", "payment_id", "payment_provider_id",
        )},
        "disputed": _C.dispute_id.is_not(None) == bindparam("disputed", type_=Boolean),
        **between("created", _C.created_at), **between("updated", _C.updated_at),
    },
    sorts={name: _C[name] for name in ("created_at", "updated_at")} | {"amount": _C.amount_minor},
    default_sort="-created_at", key=_C.id,
)  # fmt: skip
_LATEST: Final = (
    select(*written_columns(checkouts))
    .where(_OURS, _SCOPE, _C.invoice_id == bindparam("invoice_id", type_=Uuid))
    .order_by(_C.created_at.desc(), _C.id.desc()).limit(1)
)  # fmt: skip
_LATEST_OF: Final = statement(_LATEST)
_OPEN_OF: Final = statement(_LATEST.where(_IS_OPEN).with_for_update(of=checkouts))
_BY_INTENT: Final = statement(
    select(*written_columns(checkouts)).where(
        _OURS, _C.payment_provider_id == bindparam("payment_provider_id", type_=Uuid),
        _C.intent_id == bindparam("intent_id", type_=Text),
    )
)  # fmt: skip
_DUE: Final = statement(
    select(*written_columns(checkouts))
    .where(_OURS, _C.next_check_at <= bindparam("now", type_=DateTime(timezone=True)))
    .order_by(_C.next_check_at, _C.id).limit(bindparam("most", type_=Integer))
    .with_for_update(of=checkouts, skip_locked=True)
)  # fmt: skip


# To look at it changes nothing of it, so the version stays.
_LOOKED: Final = statement(
    update(checkouts)
    .where(_OURS, _C.id == bindparam("id", type_=Uuid))
    .values(checks=bindparam("checks", type_=Integer),
            next_check_at=bindparam("next_check_at", type_=DateTime(timezone=True)))
)  # fmt: skip


class CheckoutRepository(AboutClients[Checkout]):
    """The checkouts that the caller may see."""

    table = checkouts
    row = Checkout
    scope = _SCOPE
    missing = CheckoutNotFound

    async def scope_values(self) -> dict[str, Any]:
        """What I see, and who I am."""
        return {"principal": self.work.caller.principal, **(await sight_of(self.work)).values()}

    async def read(self, checkout_id: UUID) -> Document:
        """The checkout as JSON; raises CheckoutNotFound."""
        await self.check(checkout_id)
        return await self.shown(checkout_id)

    async def shown(self, checkout_id: UUID) -> Document:
        """The same of one that was just written."""
        found = await read_document(self.work, _READ, **await self._bound({"id": checkout_id}))
        if found is None:
            raise self.missing()
        return found

    async def open_of(self, invoice_id: UUID) -> Checkout | None:
        """The one by which an invoice, which is locked, may be paid now; locked."""
        return await self.one(_OPEN_OF, invoice_id=invoice_id)

    async def latest_of(self, invoice_id: UUID) -> Checkout | None:
        """The one that was begun last."""
        return await self.one(_LATEST_OF, invoice_id=invoice_id)

    async def of_intent(self, provider_id: UUID, intent_id: str) -> Checkout | None:
        """The one that a provider calls so."""
        return await self.one(_BY_INTENT, payment_provider_id=provider_id, intent_id=intent_id)

    async def look_again(self, row: Checkout, checks: int, at: datetime | None) -> None:
        """When its provider is asked next."""
        values = {"id": row.id, "checks": checks, "next_check_at": at}
        await self.work.execute(_LOOKED, tenant_id=self.work.tenant_id, **values)

    async def due(self, most: int) -> list[Checkout]:
        """Some at which nobody has looked for a while; locked."""
        return await self.all(_DUE, now=self.work.now, most=most)


async def tenants_with_due(context: Context, now: datetime, refunds_of: datetime) -> list[UUID]:
    """Companies with checkouts that are due, or refunds that have waited since."""
    rows = await context.system.look_up("tenants_with_due_checkouts", now, refunds_of)
    return [row["tenant_id"] for row in rows]
