"""Invoices of the system before that are open, taken over: owed and aged here, issued there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from billing.exchange_rates.rules.rates import ExchangeRateUnknown
from billing.exchange_rates.use_cases import Known, rates_on, worth
from billing.invoices import events, rules
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.tables import Invoice
from billing.invoices.use_cases.issuing import owed
from billing.invoices.use_cases.opening import NOTHING
from billing.ledger import use_cases as ledger
from chassis.errors import Failure
from chassis.ids import new_id
from chassis.work import UnitOfWork
from refs.home import today

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """One of them, of a client whom the caller may change."""

    client_id: UUID
    number: str
    issue_date: date
    due_date: date
    currency: str
    original_minor: int
    open_minor: int
    notes: str | None
    external_id: str | None

    @property
    def key(self) -> tuple[UUID, str, date]:
        """What it is known by."""
        return self.client_id, self.number, self.issue_date


async def take_over(work: UnitOfWork, wanted: Sequence[Former]) -> list[Invoice | Failure]:
    """Have them owed, each by itself; what each became, in their order."""
    if not wanted:
        return []
    refused = await _refused(work, wanted)
    day = await today(work)
    rates = await rates_on(work, {(one.currency, day) for one in wanted})
    new = {place: _row(one, day, rates) for place, one in enumerate(wanted) if place not in refused}
    made = await _write(work, list(new.values()))
    found: dict[int, Invoice | Failure] = {**refused}
    for place, row in new.items():
        # Somebody was quicker.
        found[place] = made.get(row["id"]) or rules.InvoiceKnown(field="number")
    return [found[place] for place in range(len(wanted))]


async def _refused(work: UnitOfWork, wanted: Sequence[Former]) -> dict[int, Failure]:
    """Those that are here already, and all but the first of several that are the same."""
    invoices = InvoiceRepository(work)
    keys = await invoices.taken_over({one.number for one in wanted})
    asked = {one.external_id for one in wanted if one.external_id}
    names: set[str | None] = {*(await invoices.external_ids(asked) if asked else ())}
    refused: dict[int, Failure] = {}
    for place, one in enumerate(wanted):
        if one.key in keys:
            refused[place] = rules.InvoiceKnown(field="number")
        elif one.external_id in names:
            refused[place] = rules.InvoiceExternalIdTaken(field="external_id")
        else:
            keys.add(one.key)
            names |= {one.external_id} - {None}
    return refused


def _row(one: Former, day: date, rates: Known) -> Json:
    amounts = {"total": one.open_minor, "tax": 0}
    try:
        at_home: Mapping[str, Any] = worth(rates, one.currency, day, None, amounts)
    except ExchangeRateUnknown:
        at_home = {}
    return {
        **NOTHING, **at_home, "id": new_id(), "type": rules.OPENING_INVOICE,
        "status": rules.Status.ISSUED.value, "client_id": one.client_id, "number": one.number,
        "currency": one.currency, "issue_date": one.issue_date, "due_date": one.due_date,
        "subtotal_minor": one.open_minor, "total_minor": one.open_minor,
        "original_total_minor": one.original_minor, "notes": one.notes,
        "external_id": one.external_id,
        # What was overdue when it came is news to nobody.
        "is_overdue_told": one.due_date < day,
    }  # fmt: skip


async def _write(work: UnitOfWork, rows: Sequence[Json]) -> dict[UUID, Invoice]:
    """Those of them whose keys nobody has, by their ids."""
    invoices = InvoiceRepository(work)
    # Everybody in the same order: nobody waits for who waits for them.
    in_order = sorted(rows, key=lambda row: (row["external_id"] or "", row["number"]))
    made = await invoices.add_each_unless_taken(
        [invoices.new(**row, issued_at=work.now) for row in in_order]
    )
    for currency in sorted({one.currency for one in made}):
        await ledger.post(work, currency, *(
            (f"invoice:{one.id}:taken_over", owed(one)) for one in made if one.currency == currency
        ))  # fmt: skip
    for one in made:
        work.publish(events.invoice_changed("balance_changed", one))
    return {one.id: one for one in made}
