"""What others hear of what the authority said."""

from collections.abc import Callable
from typing import Any, Final, Literal

from billing.credit_notes.events import credit_note_changed
from billing.einvoices.rules.states import Kind
from billing.invoices.events import invoice_changed
from chassis.events import Event

Verb = Literal["einvoice_reported", "einvoice_cleared", "einvoice_rejected"]
_VERBS: Final[dict[str, Verb]] = {
    "reported": "einvoice_reported", "cleared": "einvoice_cleared",
    "rejected": "einvoice_rejected",
}  # fmt: skip
_TELLING: Final[dict[Kind, Callable[[Verb, Any], Event]]] = {
    "invoice": invoice_changed, "credit_note": credit_note_changed,
}  # fmt: skip


def told(kind: Kind, outcome: str, document: Any) -> Event:
    """billing.invoice.einvoice_cleared, say."""
    return _TELLING[kind](_VERBS[outcome], document)
