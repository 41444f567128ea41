"""All SQL of invoices."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Integer,
    Numeric,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
    update,
)

from billing.documents.repository import (
    TODAY,
    DocumentRepository,
    any_of,
    forgetting_drafts,
    listing,
    of_clients,
    reading,
    scope,
    shown,
    summing,
)
from billing.documents.rules import NOBODY
from billing.invoices.rules import OWED, InvoiceExternalIdTaken, InvoiceNotFound, Status
from billing.invoices.tables import Invoice, invoices
from chassis.amounts import amount
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import Statement, statement
from chassis.tables import written_columns
from refs.merges import stands_for
from refs.tables import client_refs
from refs.writing import check_remembered

_C: Final = invoices.c
_supplied = func.coalesce(_C.supply_date, _C.issue_date, type_=Date)
# What is said, else so many days after it is issued, which is not before its date: rules.due.
_due = func.coalesce(
    _C.due_date,
    func.least(
        func.greatest(_C.issue_date, TODAY, type_=Date).op("+", return_type=Date())(
            func.coalesce(_C.due_days, 0, type_=Integer)
        ),
        literal_column("'9999-12-31'", Date),
    ),
    type_=Date,
)  # fmt: skip
_IS_OWED: Final = or_(*(_C.status == one.value for one in OWED))
_STATUS: Final = case(
    (and_(_IS_OWED, _due < TODAY), literal_column("'overdue'", Text)),
    else_=_C.status,
)
_CHAIN: Final = case(
    (_C.chain_place.is_not(None), func.json_build_object(
        literal_column("'place'", Text), _C.chain_place,
        literal_column("'hash'", Text), _C.content_hash,
        literal_column("'previous_hash'", Text), _C.previous_hash,
    )),
)  # fmt: skip
_BALANCE: Final = case(
    (_C.status == literal_column(f"'{Status.VOID.value}'", Text), literal_column("0")),
    else_=_C.total_minor - _C.paid_minor - _C.credited_minor - _C.written_off_minor,
)
_SHOWN: Final[dict[str, ColumnElement[Any]]] = shown(invoices, _STATUS) | {
    **{name: _C[name] for name in (
        "issued_at", "subscription_id", "period_from", "period_to", "estimate_id", "order_id",
        "seller", "buyer", "exchange_rate", "exchange_rate_source", "exchange_rate_on",
        "home_currency",
    )},
    "home_total": amount(_C.home_total_minor, _C.home_currency),
    "home_tax_total": amount(_C.home_tax_minor, _C.home_currency),
    "chain": _CHAIN, "supply_date": _supplied, "due_date": _due,
    "paid": amount(_C.paid_minor, _C.currency),
    "credited": amount(_C.credited_minor, _C.currency),
    "written_off": amount(_C.written_off_minor, _C.currency),
    "balance": amount(_BALANCE, _C.currency),
}  # fmt: skip

LIST: Final[ListQuery] = listing(
    invoices, _SHOWN,
    filters={name: any_of(_C[name], name) for name in (
        "subscription_id", "estimate_id", "order_id",
    )},
    sorts={"due_date": _due},
)  # fmt: skip
_OF_SERIES: Final = (
    _C.tenant_id == bindparam("tenant_id"), _C.series_id == bindparam("series_id", type_=Uuid),
)  # fmt: skip
_PLACE: Final = bindparam("chain_place", type_=BigInteger)
_BEFORE: Final = statement(select(_C.content_hash).where(*_OF_SERIES, _C.chain_place == _PLACE))
_CHAINED: Final = statement(
    select(*written_columns(invoices))
    .where(*_OF_SERIES, _C.chain_place > _PLACE)
    .order_by(_C.chain_place)
    .limit(bindparam("page_limit", type_=Integer))
)
_PIECE: Final = 500

_SEEN: Final = (_C.tenant_id == bindparam("tenant_id", type_=Uuid), scope(invoices))
_OWNER: Final = statement(select(_SHOWN["client_id"]).where(*_SEEN, _C.id == bindparam("id")))
# In the order of their ids, as everybody locks them.
_LOCK: Final = statement(
    select(*written_columns(invoices)).where(*_SEEN, of_clients(invoices), any_of(_C.id, "ids"))
    .order_by(_C.id).with_for_update(of=invoices)
)  # fmt: skip
_LOCK_ALL: Final = statement(
    select(*written_columns(invoices)).where(_SEEN[0], any_of(_C.id, "ids"))
    .order_by(_C.id).with_for_update(of=invoices)
)  # fmt: skip
_LOCK_OWED: Final = statement(
    select(*written_columns(invoices))
    .where(*_SEEN, of_clients(invoices), _IS_OWED, _C.currency == bindparam("currency", type_=Text))
    .order_by(_C.due_date, _C.id).limit(bindparam("most", type_=Integer))
    .with_for_update(of=invoices)
)  # fmt: skip
_OVERDUE: Final = statement(
    select(*written_columns(invoices))
    .where(_SEEN[0], _IS_OWED, ~_C.is_overdue_told, _C.due_date < TODAY)
    .order_by(_C.due_date, _C.id).limit(bindparam("most", type_=Integer))
    .with_for_update(of=invoices, skip_locked=True)
)  # fmt: skip


def _letting_go(name: str) -> Statement:
    """What an invoice was made of is without one again."""
    # Named, not imported: these features build on invoices.
    source = table(
        name, column("tenant_id", Uuid), column("id", Uuid), column("invoice_id", Uuid),
        column("version", Integer),
    )  # fmt: skip
    return statement(
        update(source)
        .where(source.c.tenant_id == bindparam("tenant_id", type_=Uuid),
               source.c.id == bindparam("id", type_=Uuid))
        .values(invoice_id=None, version=source.c.version + 1)
    )  # fmt: skip


_SOURCES: Final = {"estimate_id": _letting_go("estimates"), "order_id": _letting_go("orders")}
# Of who answers for the client now; whoever else asks waits, so that two do not both fit.
_named = client_refs.alias("named_client")
_CREDIT: Final = statement(
    select(client_refs.c.credit_limit.label("limit"), client_refs.c.currency)
    .join_from(_named, client_refs, (client_refs.c.tenant_id == _named.c.tenant_id)
               & (client_refs.c.id == stands_for(_named)))
    .where(_named.c.tenant_id == bindparam("tenant_id"),
           _named.c.id == bindparam("client_id", type_=Uuid), client_refs.c.credit_limit != "")
    .with_for_update(of=client_refs, key_share=True)
)  # fmt: skip
_CURRENCY: Final = bindparam("currency", type_=Text)
_OWED_IN: Final = case(
    (_C.currency == _CURRENCY, _BALANCE),
    # Of what it was worth at home the part that is left; nothing is owed of a total of 0.
    (
        _C.home_currency == _CURRENCY,
        func.round(cast(_C.home_total_minor, Numeric) * _BALANCE / _C.total_minor),
    ),
    else_=0,
)
_OWED_BY: Final = statement(
    select(func.coalesce(cast(func.sum(_OWED_IN), BigInteger), 0))
    .where(_C.tenant_id == bindparam("tenant_id"), of_clients(invoices), _IS_OWED)
)  # fmt: skip


@lru_cache(maxsize=1024)
def _sums(names: frozenset[str]) -> Statement:
    minors = {"total": _C.total_minor, "paid": _C.paid_minor, "balance": _BALANCE}
    amounts = {name: amount(func.sum(minor), _C.currency) for name, minor in minors.items()}
    return summing(LIST, names, {"status": _STATUS, "currency": _C.currency}, amounts)


@dataclass(frozen=True, slots=True)
class Credit:
    """What a client may owe; without a currency in the company's."""

    limit: str
    currency: str


class InvoiceRepository(DocumentRepository[Invoice]):
    """The invoices that the caller may see."""

    table = invoices
    row = Invoice
    scope = scope(invoices)
    missing = InvoiceNotFound
    reads = reading(invoices, _SHOWN)
    forgets = forgetting_drafts(invoices)
    keys = {"uq_invoices__external_id": (InvoiceExternalIdTaken, "external_id")}

    async def hash_before(self, series_id: UUID, place: int) -> str | None:
        """That of the one before this place in a series, whose numbers this work holds."""
        found: str | None = await self.work.fetchval(
            _BEFORE, tenant_id=self.work.tenant_id, series_id=series_id, chain_place=place - 1
        )
        return found

    async def chained(self, series_id: UUID) -> AsyncIterator[list[Invoice]]:
        """All that were issued of a series, in their order, in pieces; whoever sees them."""
        last = -1
        while True:
            rows = await self.work.fetch(
                _CHAINED, tenant_id=self.work.tenant_id, series_id=series_id, chain_place=last,
                page_limit=_PIECE,
            )  # fmt: skip
            if not rows:
                return
            yield [Invoice(**row) for row in rows]
            last = rows[-1]["chain_place"]

    async def add(self, **values: Any) -> Invoice:
        return await super().add(
            paid_minor=0, credited_minor=0, written_off_minor=0, is_overdue_told=False, **values
        )  # fmt: skip

    async def lock(self, ids: Sequence[UUID], client_id: UUID | None) -> dict[UUID, Invoice]:
        """Those of the ids that are about the client, or walk-in sales; locked."""
        found = await self.all(_LOCK, ids=list(ids), client_id=[client_id or NOBODY])
        return {one.id: one for one in found}

    async def lock_paid(self, ids: Sequence[UUID]) -> list[Invoice]:
        """What a payment paid that the caller may take back, seen or not; locked."""
        return await self.all(_LOCK_ALL, ids=list(ids))

    async def get_to_move(
        self, invoice_id: UUID, serialise: Callable[[UUID | None], Awaitable[None]]
    ) -> Invoice:
        """The invoice, locked after its client's money."""
        said = await self.check(invoice_id)
        await serialise(await self.work.fetchval(_OWNER, **await self._bound({"id": invoice_id})))
        invoice = await Repository.get_for_update(self, invoice_id)
        if invoice.client_id is not None:
            await check_remembered(self.work, invoice.client_id, said)
        return invoice

    async def lock_owed(self, client_id: UUID, currency: str, most: int) -> list[Invoice]:
        """What a client has to pay, oldest due first; locked."""
        return await self.all(_LOCK_OWED, client_id=[client_id], currency=currency, most=most)

    async def overdue(self, most: int) -> list[Invoice]:
        """Some whose due date is past, of which nobody was told; locked."""
        return await self.all(_OVERDUE, most=most)

    async def delete(self, row: Invoice) -> None:
        """Remove it; what it was made of can become another one."""
        await super().delete(row)
        for name, let_go in _SOURCES.items():
            if (source_id := getattr(row, name)) is not None:
                await self.work.execute(let_go, tenant_id=self.work.tenant_id, id=source_id)

    async def sums(self, filters: Mapping[str, Any]) -> list[dict[str, Any]]:
        """What all that a list shows comes to, by status and currency."""
        rows = await self.work.fetch(_sums(frozenset(filters)), **await self._bound(dict(filters)))
        return [dict(row) for row in rows]

    async def credit_of(self, client_id: UUID) -> Credit | None:
        """What a client may owe, locked; None where nobody said."""
        row = await self.work.fetchrow(_CREDIT, tenant_id=self.work.tenant_id, client_id=client_id)
        return Credit(**row) if row else None

    async def owed_by(self, client_id: UUID, currency: str) -> int:
        """What a client has to pay, in minor units; seen by the caller or not.

        In the currency, and what is worth something in it at home.
        """
        owed: int = await self.work.fetchval(
            _OWED_BY, tenant_id=self.work.tenant_id, client_id=[client_id], currency=currency
        )
        return owed
