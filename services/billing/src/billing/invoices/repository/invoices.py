"""The SQL of invoices, which are read, locked and written."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    Text,
    Uuid,
    bindparam,
    column,
    literal_column,
    select,
    table,
    update,
)

from billing.documents.repository.clauses import (
    TODAY,
    any_of,
    forgetting_drafts,
    of_clients,
    reading,
    scope,
)
from billing.documents.rules import NOBODY
from billing.invoices.repository.shown import IS_OWED, SHOWN, sums
from billing.invoices.rules import OPENING_INVOICE, InvoiceExternalIdTaken, InvoiceNotFound, Status
from billing.invoices.tables import Invoice, invoices
from billing.links.repository import LinkedRepository
from chassis.context import Context
from chassis.repository import Repository
from chassis.statements import Statement, statement
from chassis.tables import written_columns
from refs.merges import survivor_of
from refs.tables import client_refs
from refs.writing import check_remembered

_C: Final = invoices.c
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
_UNPAID: Final[dict[str, Any]] = {
    "paid_minor": 0, "home_paid_minor": 0, "credited_minor": 0, "written_off_minor": 0,
    "is_overdue_told": False, "lines_left": None, "views": 0,
}  # fmt: skip
# What is told of each of many.
TOLD: Final = (
    "id", "version", "external_id", "client_id", "for_client_id", "url", "status", "number",
    "currency", "issue_date", "due_date", "subtotal", "tax_total", "total", "paid", "balance",
)  # fmt: skip

_SEEN: Final = (_C.tenant_id == bindparam("tenant_id", type_=Uuid), scope(invoices))
_OWNER: Final = statement(select(SHOWN["client_id"]).where(*_SEEN, _C.id == bindparam("id")))
_ASKED: Final = statement(
    select(_C.status, _C.client_id, _C.for_client_id).where(*_SEEN, _C.id == bindparam("id"))
)
_ASKED_EACH: Final = statement(
    select(_C.id, _C.client_id, _C.for_client_id).where(
        *_SEEN, any_of(_C.id, "ids"), _C.status == literal_column(f"'{Status.DRAFT.value}'", Text)
    )
)
# In the order of their ids, as everybody locks them.
_LOCK: Final = statement(
    select(*written_columns(invoices)).where(*_SEEN, of_clients(invoices), any_of(_C.id, "ids"))
    .order_by(_C.id).with_for_update(of=invoices)
)  # fmt: skip
_LOCK_SEEN: Final = statement(
    select(*written_columns(invoices)).where(*_SEEN, any_of(_C.id, "ids"))
    .order_by(_C.id).with_for_update(of=invoices)
)  # fmt: skip
_NAMED: Final = statement(select(_C.external_id).where(_SEEN[0], any_of(_C.external_id, "names")))
_TAKEN_OVER: Final = statement(
    select(survivor_of(client_refs, _C.client_id).label("client_id"), _C.number, _C.issue_date)
    .where(_SEEN[0], any_of(_C.number, "numbers"),
           _C.type == literal_column(f"'{OPENING_INVOICE}'", Text),
           _C.status != literal_column(f"'{Status.VOID.value}'", Text))
)  # fmt: skip
_TOLD: Final = statement(
    select(*(SHOWN[name].label(name) for name in TOLD)).where(*_SEEN, any_of(_C.id, "ids"))
)
_LOCK_ALL: Final = statement(
    select(*written_columns(invoices)).where(_SEEN[0], any_of(_C.id, "ids"))
    .order_by(_C.id).with_for_update(of=invoices)
)  # fmt: skip
_LOCK_OWED: Final = statement(
    select(*written_columns(invoices))
    .where(*_SEEN, of_clients(invoices), IS_OWED, _C.currency == bindparam("currency", type_=Text))
    .order_by(_C.due_date, _C.id).limit(bindparam("most", type_=Integer))
    .with_for_update(of=invoices)
)  # fmt: skip
_DAY: Final = bindparam("day", type_=Date)
_BILLED: Final = (
    select(*written_columns(invoices))
    .where(_SEEN[0], of_clients(invoices),
           _C.subscription_id == bindparam("subscription_id", type_=Uuid),
           _C.period_from <= _DAY, _C.period_to >= _DAY,
           _C.status != literal_column(f"'{Status.VOID.value}'", Text))
    .order_by(_C.id)
)  # fmt: skip
_BILLED_READ: Final = statement(_BILLED)
_BILLED_LOCK: Final = statement(_BILLED.with_for_update(of=invoices))
_OVERDUE: Final = statement(
    select(*written_columns(invoices))
    .where(_SEEN[0], IS_OWED, ~_C.is_overdue_told, _C.due_date < TODAY)
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


class InvoiceRepository(LinkedRepository[Invoice]):
    """The invoices that the caller may see."""

    table = invoices
    row = Invoice
    scope = scope(invoices)
    missing = InvoiceNotFound
    reads = reading(invoices, SHOWN)
    shown_by = SHOWN
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
        return await super().add(**_UNPAID, **values)

    def new(self, **values: Any) -> dict[str, Any]:
        """All columns of a draft that is about to be written."""
        made = {"status": Status.DRAFT.value, "created_by": self.work.caller.principal}
        return self._new(_UNPAID | made | values)

    def made(self, **values: Any) -> Invoice:
        """The same as the row that it will be."""
        return Invoice(**self.new(**values))

    async def whose_draft(self, invoice_id: UUID) -> tuple[UUID | None, UUID | None] | None:
        """Who owes a draft that the caller sees, and whom it is about; None: no such draft."""
        found = await self.work.fetchrow(_ASKED, **await self._bound({"id": invoice_id}))
        if found is None or found["status"] != Status.DRAFT.value:
            return None
        return found["client_id"], found["for_client_id"]

    async def whose_drafts(
        self, ids: Collection[UUID]
    ) -> dict[UUID, tuple[UUID | None, UUID | None]]:  # fmt: skip
        """The same of several: of those that are drafts."""
        rows = await self.work.fetch(_ASKED_EACH, **await self._bound({"ids": list(ids)}))
        return {row["id"]: (row["client_id"], row["for_client_id"]) for row in rows}

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

    async def known_of(self, ids: Collection[UUID]) -> dict[UUID, Invoice]:
        """Those of the ids that the caller sees; locked."""
        found = await self.all(_LOCK_SEEN, ids=list(ids)) if ids else []
        return {one.id: one for one in found}

    async def billed(
        self, subscription_id: UUID, client_id: UUID, day: date, *, lock: bool
    ) -> list[Invoice]:  # fmt: skip
        """Those that bill a subscription of a client for a time with this day in it, but void ones;
        seen or not. What another client was made to owe is theirs: neither told nor credited here.
        """
        return await self.all(
            _BILLED_LOCK if lock else _BILLED_READ, subscription_id=subscription_id,
            client_id=[client_id], day=day,
        )  # fmt: skip

    async def external_ids(self, names: Collection[str]) -> set[str]:
        """Those of these names that an invoice has, seen by the caller or not."""
        values = {"tenant_id": self.work.tenant_id, "names": list(names)}
        return {row["external_id"] for row in await self.work.fetch(_NAMED, **values)}

    async def taken_over(self, numbers: Collection[str]) -> set[tuple[UUID, str, date]]:
        """Whose invoices from before have these numbers, and their dates; seen or not."""
        values = {"tenant_id": self.work.tenant_id, "numbers": list(numbers)}
        rows = await self.work.fetch(_TAKEN_OVER, **values)
        return {(row["client_id"], row["number"], row["issue_date"]) for row in rows}

    async def told(self, ids: Collection[UUID]) -> dict[UUID, dict[str, Any]]:
        """What is told of several that were just written: who they are, and what they come to."""
        rows = await self.work.fetch(_TOLD, **await self._bound({"ids": list(ids)}))
        return {row["id"]: dict(row) for row in rows}

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
        rows = await self.work.fetch(sums(frozenset(filters)), **await self._bound(dict(filters)))
        return [dict(row) for row in rows]


async def found_by(context: Context, link_hash: bytes) -> dict[str, Any] | None:
    """Tenant and id of the invoice that a link leads to."""
    rows = await context.system.look_up("invoice_of_link", link_hash)
    return rows[0] if rows else None
