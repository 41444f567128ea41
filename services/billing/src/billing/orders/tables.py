"""Orders: what clients have ordered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, Text, Uuid

from billing.documents.tables import DocumentRow, document_table

orders = document_table(
    "orders",
    Column("confirmed_at", DateTime(timezone=True)),
    Column("fulfilled_at", DateTime(timezone=True)),
    Column("cancelled_at", DateTime(timezone=True)),
    Column("cancel_reason", Text),
    # The one that was made of it; forgotten with that while it is a draft.
    Column("invoice_id", Uuid),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(DocumentRow):
    """What a client has ordered, and how far that is."""

    confirmed_at: datetime | None
    fulfilled_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None
    invoice_id: UUID | None
