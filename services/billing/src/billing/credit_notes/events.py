"""What others hear of credit notes."""

from typing import Literal

from diwan.billing.v1 import credit_notes_pb2, events_pb2

from billing.credit_notes.tables import CreditNote
from billing.documents.events import told
from chassis.events import Event, event

Verb = Literal["einvoice_reported", "einvoice_cleared", "einvoice_rejected"]


def credit_note_changed(verb: Verb, note: CreditNote) -> Event:
    """What became of a credit note: billing.credit_note.einvoice_cleared, say."""
    payload = events_pb2.CreditNoteChanged(credit_note=message(note))
    kind = f"billing.credit_note.{verb}"
    return event(kind, payload, note.id, note.version, client_id=note.client_id)


def message(note: CreditNote) -> credit_notes_pb2.CreditNote:
    """A credit note as others are told of it; all of them are issued."""
    said = told(note)
    del said["status"]
    return credit_notes_pb2.CreditNote(**said, invoice_id=str(note.invoice_id), reason=note.reason)
