"""Shapes of what was submitted."""

from billing.credit_notes.schemas import CreditNoteView
from billing.invoices.schemas import InvoiceView


class InvoiceSubmitted(InvoiceView):
    """The invoice, of which the authority is to be told."""


class CreditNoteSubmitted(CreditNoteView):
    """The credit note, of which the authority is to be told."""
