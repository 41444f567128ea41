"""Events door of work cycles: what money moves for them."""

from collections.abc import Sequence
from typing import Final

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork
from scheduling.work_cycles.use_cases.hearing import concerns, hear

# Another name than the one before: so what was told is told anew, with whom each document is about.
consumers = Consumers("scheduling-cycle-documents")

_INVOICES: Final = (
    "created", "updated", "deleted", "issued", "paid", "reopened", "balance_changed", "credited",
    "voided", "written_off",
)  # fmt: skip
_ENTRIES: Final = ("recorded", "updated", "deleted")


@consumers.together(
    *(f"billing.invoice.{verb}" for verb in _INVOICES),
    *(f"billing.{book}.{verb}" for book in ("expense", "income") for verb in _ENTRIES),
    wanted=concerns,
)
async def on_document_changed(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Count what is spent on a cycle, and what it brings."""
    await hear(work, events)
