"""Tries to pay invoices online."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    Uuid,
    text,
)

from billing.metadata import METADATA
from chassis.tables import Row, tenant_table

checkouts = tenant_table(
    "checkouts", METADATA,
    Column("invoice_id", Uuid, nullable=False),
    # None: of a walk-in sale.
    Column("client_id", Uuid),
    Column("payment_provider_id", Uuid, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    # What the provider calls it, once they were asked.
    Column("intent_id", Text),
    Column("failure_code", Text),
    # What was received by it.
    Column("payment_id", Uuid),
    # The payer's bank wants it back.
    Column("dispute_id", Text),
    Column("dispute_status", Text),
    Column("dispute_reason", Text),
    Column("disputed_minor", BigInteger),
    Column("checks", Integer, nullable=False),
    Column("next_check_at", DateTime(timezone=True)),
    Column("created_by", Text, nullable=False),
    ForeignKeyConstraint(["tenant_id", "invoice_id"], ["invoices.tenant_id", "invoices.id"],
                         name="fk_checkouts_invoice"),
    ForeignKeyConstraint(
        ["tenant_id", "payment_provider_id"], ["payment_providers.tenant_id",
                                               "payment_providers.id"],
        name="fk_checkouts_payment_provider",
    ),
    ForeignKeyConstraint(["tenant_id", "payment_id"], ["payments.tenant_id", "payments.id"],
                         name="fk_checkouts_payment"),
    CheckConstraint("amount_minor > 0", name="amount"),
    # An invoice is paid by one at a time.
    Index("uq_checkouts__open", "tenant_id", "invoice_id", unique=True,
          postgresql_where=text("status IN ('requires_payment', 'processing', 'failed')")),
    Index("uq_checkouts__intent", "tenant_id", "payment_provider_id", "intent_id", unique=True,
          postgresql_where=text("intent_id IS NOT NULL")),
    Index("ix_checkouts_invoice", "tenant_id", "invoice_id", "created_at", "id"),
    Index("ix_checkouts_client", "tenant_id", "client_id", "created_at", "id"),
    Index("ix_checkouts_created", "tenant_id", "created_at", "id"),
    Index("ix_checkouts_payment", "tenant_id", "payment_id",
          postgresql_where=text("payment_id IS NOT NULL")),
    Index("ix_checkouts_next_check", "next_check_at", "tenant_id",
          postgresql_where=text("next_check_at IS NOT NULL")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout(Row):
    """Somebody was about to pay an invoice."""

    invoice_id: UUID
    client_id: UUID | None
    payment_provider_id: UUID
    currency: str
    amount_minor: int
    status: str
    intent_id: str | None
    failure_code: str | None
    payment_id: UUID | None
    dispute_id: str | None
    dispute_status: str | None
    dispute_reason: str | None
    disputed_minor: int | None
    checks: int
    next_check_at: datetime | None
    created_by: str
