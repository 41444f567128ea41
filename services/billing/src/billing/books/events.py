"""What others hear of expenses and incomes."""

from collections.abc import Sequence
from typing import Any, Final, Literal

from diwan.billing.v1 import events_pb2

from billing.books.tables import BookEntry
from billing.entry_categories.rules import Kind
from chassis.events import Event, event
from chassis.money import Money

Verb = Literal["recorded", "updated", "deleted"]
_CHANGED: Final[dict[Kind, Any]] = {
    Kind.EXPENSE: events_pb2.ExpenseChanged, Kind.INCOME: events_pb2.IncomeChanged,
}  # fmt: skip


def entry_changed(verb: Verb, entry: BookEntry, *, changed: Sequence[str] = ()) -> Event:
    """billing.expense.recorded, updated or deleted, and the same of billing.income."""
    kind = Kind(entry.kind)
    told = events_pb2.BookEntry(
        id=str(entry.id), version=entry.version, client_id=str(entry.client_id or ""),
        date=entry.entry_date.isoformat(), currency=entry.currency,
        amount=_amount(entry, entry.amount_minor), net=_amount(entry, entry.net_minor),
        tax_amount=_amount(entry, entry.tax_minor),
        entry_category_id=str(entry.entry_category_id or ""), party=entry.party or "",
        method=entry.method or "", reference=entry.reference or "",
        staff_id=str(entry.staff_id or ""), branch_id=str(entry.branch_id or ""),
        work_cycle_id=str(entry.work_cycle_id or ""), external_id=entry.external_id or "",
    )  # fmt: skip
    payload = _CHANGED[kind](**{kind.value: told}, changed=sorted(changed))
    type_ = f"billing.{kind.value}.{verb}"
    return event(type_, payload, entry.id, entry.version, client_id=entry.client_id)


def _amount(entry: BookEntry, minor: int) -> str:
    return Money(minor, entry.currency).format()
