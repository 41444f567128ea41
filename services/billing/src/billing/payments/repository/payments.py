"""The SQL of payments themselves."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    Table,
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
)
from sqlalchemy.dialects.postgresql import ARRAY, JSON, aggregate_order_by

from billing.documents.repository.clauses import any_of, between, of_clients
from billing.documents.repository.records import RecordRepository
from billing.invoices.tables import invoices
from billing.payments.rules import PaymentExternalIdTaken, PaymentNotFound, Status
from billing.payments.tables import (
    Payment,
    credit_draws,
    payment_allocations,
    payments,
    refunds,
)
from chassis.amounts import amount
from chassis.documents import document
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns
from chassis.together import Asked
from refs.merges import survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of
from refs.writing import check_remembered

_C: Final = payments.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)


def scope(table: Table) -> ColumnElement[bool]:
    """Of visible clients; of walk-in sales what one made oneself, and of who sees all."""
    return and_(
        about_visible_client(table.c.client_id),
        or_(
            table.c.client_id.is_not(None),
            bindparam("sees_all", type_=Boolean),
            table.c.created_by == bindparam("principal", type_=Text),
        ),
    )


def _word(text: str) -> ColumnElement[Any]:
    return literal_column(f"'{text}'", Text)


_SCOPE: Final = scope(payments)
_SURVIVOR: Final = survivor_of(client_refs, _C.client_id)
_HAS_BOUNCED: Final = _C.status == _word(Status.BOUNCED.value)
# Of a bounced cheque nothing is left.
_left = case(
    (_HAS_BOUNCED, literal_column("0")),
    else_=_C.amount_minor - _C.allocated_minor - _C.refunded_minor - _C.drawn_minor,
)
_STATUS: Final = case(
    (
        and_(_C.refunded_minor == _C.amount_minor, _C.amount_minor > literal_column("0")),
        _word("refunded"),
    ),
    (_C.refunded_minor > literal_column("0"), _word("partially_refunded")),
    else_=_C.status,
)


def _listed(told: ColumnElement[Any], table: Table) -> ColumnElement[Any]:
    """What a payment has of these, as JSON, oldest first."""
    ordered: Any = aggregate_order_by(told, table.c.created_at, table.c.id)
    found = select(func.json_agg(ordered)).where(
        table.c.tenant_id == _C.tenant_id, table.c.payment_id == _C.id
    )
    return func.coalesce(found.correlate(payments).scalar_subquery(), literal_column("'[]'", JSON))


_r = refunds.c
_disputed = func.coalesce(
    select(cast(func.sum(_r.amount_minor), BigInteger)).where(
        _r.tenant_id == _C.tenant_id, _r.payment_id == _C.id, _r.dispute_reason.is_not(None),
        _r.status == _word("succeeded"),
    ).correlate(payments).scalar_subquery(), literal_column("0"),
)  # fmt: skip
_a, _d = payment_allocations, credit_draws
_number = (
    select(invoices.c.number)
    .where(invoices.c.tenant_id == _a.c.tenant_id, invoices.c.id == _a.c.invoice_id)
    .scalar_subquery()
)
_ALLOCATIONS: Final = _listed(func.json_build_object(
    _word("id"), _a.c.id, _word("invoice_id"), _a.c.invoice_id, _word("invoice_number"), _number,
    _word("currency"), _a.c.currency, _word("amount"), amount(_a.c.amount_minor, _a.c.currency),
    _word("payment_amount"), amount(_a.c.payment_minor, _C.currency),
    _word("exchange_difference"),
    case((_C.home_currency.is_not(None), amount(_a.c.difference_minor, _C.home_currency))),
), _a)  # fmt: skip
_DRAWS: Final = _listed(func.json_build_object(
    _word("payment_id"), _d.c.source_id,
    _word("amount"), amount(_d.c.amount_minor, _C.currency),
), _d)  # fmt: skip
_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "receipt_number", "method", "currency",
        "received_at", "reference", "external_id", "created_by", "payment_provider_id",
        "exchange_rate", "exchange_rate_source", "exchange_rate_on", "home_currency",
    )},
    "home_amount": amount(_C.home_amount_minor, _C.home_currency),
    "status": _STATUS, "client_id": _SURVIVOR,
    "url": literal_column("'/v1/clients/'", Text) + cast(_SURVIVOR, Text),
    **{name: amount(minor, _C.currency) for name, minor in (
        ("amount", _C.amount_minor), ("allocated", _C.allocated_minor),
        ("refunded", _C.refunded_minor), ("refunding", _C.refunding_minor),
        ("used_as_credit", _C.drawn_minor), ("unallocated", _left), ("disputed", _disputed),
    )},
    "allocations": _ALLOCATIONS, "drawn_from": _DRAWS,
}  # fmt: skip

LIST: Final = ListQuery(
    source=payments, columns=_SHOWN, where=(_OURS, _SCOPE),
    filters={
        "client_id": of_clients(payments), "status": any_of(_STATUS, "status"),
        **{name: any_of(_C[name], name) for name in (
            "method", "currency", "receipt_number", "external_id", "reference",
            "payment_provider_id",
        )},
        "invoice_id": exists(
            select(_a.c.id).where(
                _a.c.tenant_id == _C.tenant_id, _a.c.payment_id == _C.id,
                any_of(_a.c.invoice_id, "invoice_id"),
            ).correlate(payments)
        ),
        "work_cycle_id": exists(
            select(_a.c.id)
            .join_from(_a, invoices, (invoices.c.tenant_id == _a.c.tenant_id)
                       & (invoices.c.id == _a.c.invoice_id))
            .where(_a.c.tenant_id == _C.tenant_id, _a.c.payment_id == _C.id,
                   any_of(invoices.c.work_cycle_id, "work_cycle_id"))
            .correlate(payments)
        ),
        "unallocated": (_left > literal_column("0"))
        == bindparam("unallocated", type_=Boolean),
        "refunding": (_C.refunding_minor > literal_column("0"))
        == bindparam("refunding", type_=Boolean),
        **between("received_at", _C.received_at), **between("created", _C.created_at),
        **between("updated", _C.updated_at),
    },
    sorts={name: _C[name] for name in ("created_at", "updated_at", "received_at")}
    | {"amount": _C.amount_minor},
    default_sort="-received_at", key=_C.id,
)  # fmt: skip

# Whose money a payment is, and everybody who moves money of that client waits here.
_OWNER: Final = statement(
    select(_SURVIVOR).where(_OURS, _SCOPE, _C.id == bindparam("id", type_=Uuid))
)
_KEYS: Final = func.unnest(bindparam("keys", type_=ARRAY(Text))).column_valued("key")
_SERIALISE: Final = statement(select(func.pg_advisory_xact_lock(func.hashtextextended(_KEYS, 0))))
_named = client_refs.alias("named_client")
_SERIALISE_NAMED: Final = statement(
    select(
        func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key", type_=Text), 0))
    ).where(~exists(
        select(_named.c.id).where(
            _named.c.tenant_id == bindparam("tenant_id", type_=Uuid),
            _named.c.id == bindparam("id", type_=Uuid), _named.c.merged_into.is_not(None),
        )
    ))
)  # fmt: skip
_LOCK: Final = statement(
    select(*written_columns(payments)).where(_OURS, any_of(_C.id, "ids"))
    .order_by(_C.id).with_for_update(of=payments)
)  # fmt: skip
_CREDIT: Final = statement(
    select(*written_columns(payments))
    .where(
        _OURS, of_clients(payments), _C.currency == bindparam("currency", type_=Text),
        _left > _C.refunding_minor,
        or_(_C.method != _word("cheque"), _C.status == _word(Status.CLEARED.value)),
    )
    .order_by(_C.received_at, _C.id).limit(bindparam("most", type_=Integer))
    .with_for_update(of=payments)
)  # fmt: skip


class PaymentRepository(RecordRepository[Payment]):
    """The payments that the caller may see."""

    table = payments
    row = Payment
    scope = _SCOPE
    missing = PaymentNotFound
    reads = document(payments, _SHOWN, _OURS, _SCOPE, _C.id == bindparam("id"))
    keys = {"uq_payments__external_id": (PaymentExternalIdTaken, "external_id")}

    async def scope_values(self) -> dict[str, Any]:
        """What I see, and who I am."""
        return {"principal": self.work.caller.principal, **(await sight_of(self.work)).values()}

    async def serialise(self, client_id: UUID | None) -> None:
        """Wait for whoever moves money of this client; before any of its rows is locked."""
        if client_id is not None:
            await self.serialise_each([client_id])

    async def serialise_each(self, client_ids: Collection[UUID]) -> None:
        """The same of several, in the order in which everybody waits."""
        keys = [f"money:{self.work.tenant_id}:{one}" for one in sorted(client_ids)]
        await self.work.execute(_SERIALISE, keys=keys)

    def asked_to_serialise(self, client_id: UUID) -> Asked:
        """The same of a client who was not merged; of one who was, nobody is waited for."""
        key = f"money:{self.work.tenant_id}:{client_id}"
        return _SERIALISE_NAMED, {"tenant_id": self.work.tenant_id, "id": client_id, "key": key}

    async def get_to_move(self, payment_id: UUID) -> tuple[Payment, UUID | None]:
        """The payment, locked after its client's money, and whose it is now."""
        said = await self.check(payment_id)
        values = await self._bound({"id": payment_id})
        owner = await self.work.fetchval(_OWNER, **values)
        await self.serialise(owner)
        payment = await Repository.get_for_update(self, payment_id)
        if payment.client_id is not None:
            await check_remembered(self.work, payment.client_id, said)
        return payment, owner

    async def lock(self, ids: Sequence[UUID]) -> dict[UUID, Payment]:
        """What pays an invoice that the caller may credit, seen or not; locked."""
        return {one.id: one for one in await self.all(_LOCK, ids=list(ids))}

    async def credit(self, client_id: UUID, currency: str, most: int) -> list[Payment]:
        """What a client has left of payments, oldest first; locked, seen or not."""
        return await self.all(_CREDIT, client_id=[client_id], currency=currency, most=most)
