"""What happens here when an invoice is paid, reopened, withdrawn."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from diwan.billing.v1 import events_pb2

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork
from memberships.bills.repository import may_concern
from memberships.bills.rules import DELETED, LAST_VERSION
from memberships.bills.use_cases import listen
from memberships.invoicing.use_cases import tell
from memberships.peers import Invoice, heard

consumers = Consumers("memberships-invoicing")
_DELETED: Final = "billing.invoice.deleted"
_VERBS: Final = (
    "paid", "reopened", "balance_changed", "credited", "voided", "written_off", "deleted",
)  # fmt: skip


async def _may_concern(work: UnitOfWork, event: Event) -> bool:
    return await may_concern(work, UUID(event.data["invoice"]["id"]))


@consumers.together(*(f"billing.invoice.{verb}" for verb in _VERBS), wanted=_may_concern)
async def on_invoice_changed(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Grant what is paid, and take back what is not any more."""
    await listen(work, [_heard(event) for event in events], tell)


def _heard(event: Event) -> Invoice:
    invoice = event.payload(events_pb2.InvoiceChanged).invoice
    if event.type == _DELETED:
        return Invoice(UUID(invoice.id), LAST_VERSION, DELETED)
    return heard(invoice)
