"""Credit notes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from billing.documents.tables import DocumentRow, document_table

credit_notes = document_table(
    "credit_notes",
    Column("invoice_id", Uuid, nullable=False),
    Column("reason", Text, nullable=False),
    Column("issued_at", DateTime(timezone=True), nullable=False),
    Index("ix_credit_notes_issued", "tenant_id", "issued_at", "id"),
    # Whose days from its own on it gives back, or makes cheaper.
    Column("subscription_id", Uuid),
    # What became of its e-invoice, as invoices tell it.
    Column("einvoice", JSONB),
    Index("ix_credit_notes_einvoice", "tenant_id", text("(einvoice ->> 'status')"), "id",
          postgresql_where=text("einvoice IS NOT NULL")),
    ForeignKeyConstraint(["tenant_id", "invoice_id"], ["invoices.tenant_id", "invoices.id"],
                         name="fk_credit_notes_invoice"),
    Index("ix_credit_notes_invoice", "tenant_id", "invoice_id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNote(DocumentRow):
    """What was taken off an invoice, and why."""

    invoice_id: UUID
    reason: str
    issued_at: datetime
    einvoice: dict[str, Any] | None
    subscription_id: UUID | None
