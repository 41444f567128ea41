"""Events door of invoicing work time: what becomes of its invoices."""

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork
from scheduling.time_invoices.repository import may_be_one
from scheduling.time_invoices.rules import GONE
from scheduling.time_invoices.use_cases import release

consumers = Consumers("scheduling-time-invoices")


async def _is_ours(work: UnitOfWork, event: Event) -> bool:
    return await may_be_one(work, event.subject)


@consumers.on(*(f"billing.invoice.{verb}" for verb in GONE), wanted=_is_ours)
async def on_invoice_gone(work: UnitOfWork, event: Event) -> None:
    """Let work time go on another invoice."""
    await release(work, event.subject)
