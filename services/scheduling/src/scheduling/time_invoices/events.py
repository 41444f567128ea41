"""What others hear of invoicing work time."""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from diwan.scheduling.v1 import events_pb2

from chassis.events import Event, event
from scheduling.time_invoices.tables import TimeInvoice

Verb = Literal["requested", "made", "refused", "released"]


def time_invoice_changed(
    verb: Verb, found: TimeInvoice, *, time_entry_ids: Sequence[UUID] = ()
) -> Event:  # fmt: skip
    """What became of some work time that is to be paid: scheduling.time_invoice.made, say."""
    payload = events_pb2.TimeInvoiceChanged(
        time_invoice=events_pb2.TimeInvoice(
            id=str(found.id), version=found.version, client_id=str(found.client_id),
            state=found.state, entry_count=found.entry_count,
            invoice_id=str(found.invoice_id or ""), problem=(found.problem or {}).get("code", ""),
        ),
        time_entry_ids=[str(one) for one in time_entry_ids],
    )  # fmt: skip
    kind = f"scheduling.time_invoice.{verb}"
    return event(kind, payload, found.id, found.version, client_id=found.client_id)
