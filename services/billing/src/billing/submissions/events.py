"""What others hear of what the authority said."""

from typing import Any, Final

from billing.invoices.events import Verb, invoice_changed
from chassis.events import Event

_VERBS: Final[dict[str, Verb]] = {
    "reported": "einvoice_reported", "cleared": "einvoice_cleared",
    "rejected": "einvoice_rejected",
}  # fmt: skip


def told(outcome: str, invoice: Any) -> Event:
    """billing.invoice.einvoice_cleared, say."""
    return invoice_changed(_VERBS[outcome], invoice)
