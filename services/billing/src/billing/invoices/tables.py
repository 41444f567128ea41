"""Invoices: drafts, and what was issued."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, Date, DateTime, ForeignKeyConstraint, Index, Uuid, text

from billing.documents.tables import DocumentRow, document_table

invoices = document_table(
    "invoices",
    Column("issued_at", DateTime(timezone=True)),
    # Of what it bills a period of: one invoice for each, whatever fails or races.
    Column("subscription_id", Uuid),
    Column("period_from", Date),
    Column("period_to", Date),
    ForeignKeyConstraint(
        ["tenant_id", "subscription_id"], ["subscriptions.tenant_id", "subscriptions.id"],
        name="fk_invoices_subscription",
    ),
    Index("uq_invoices__period", "tenant_id", "subscription_id", "period_from", unique=True,
          postgresql_where=text("subscription_id IS NOT NULL")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice(DocumentRow):
    """What a client is to pay, and for what."""

    issued_at: datetime | None
    subscription_id: UUID | None
    period_from: date | None
    period_to: date | None
