"""Payments, what they pay, what credit they come from, and what went back."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from billing.documents.tables import Record
from billing.metadata import METADATA
from billing.payments.rules import Status
from chassis.tables import Row, tenant_table

payments = tenant_table(
    "payments", METADATA,
    # None: of a walk-in sale.
    Column("client_id", Uuid),
    Column("method", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("allocated_minor", BigInteger, nullable=False),
    Column("refunded_minor", BigInteger, nullable=False),
    # What payments by credit took of it.
    Column("drawn_minor", BigInteger, nullable=False),
    # On its way back, where a provider has to say that it went.
    Column("refunding_minor", BigInteger, nullable=False),
    # Who took it; a refund goes back by them.
    Column("payment_provider_id", Uuid),
    # What it is worth in the company's currency, by the rate of its day, where one is known; and
    # of that what is allocated.
    Column("exchange_rate", Text),
    Column("exchange_rate_source", Text),
    Column("exchange_rate_on", Date),
    Column("home_currency", Text),
    Column("home_amount_minor", BigInteger),
    Column("home_allocated_minor", BigInteger, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("reference", Text),
    # Credit was received before, and has no receipt of its own.
    Column("receipt_number", Text),
    Column("series_id", Uuid),
    Column("external_id", Text),
    Column("created_by", Text, nullable=False),
    # Of the request, to know it again by the id its maker gave it.
    Column("digest", LargeBinary, nullable=False, info={"sensitive": True}),
    CheckConstraint("allocated_minor >= 0 AND refunded_minor >= 0 AND drawn_minor >= 0"
                    " AND allocated_minor + refunded_minor + drawn_minor <= amount_minor",
                    name="left"),
    CheckConstraint("refunding_minor >= 0 AND refunded_minor + refunding_minor + drawn_minor"
                    " <= amount_minor", name="refunding"),
    ForeignKeyConstraint(
        ["tenant_id", "payment_provider_id"], ["payment_providers.tenant_id",
                                               "payment_providers.id"],
        name="fk_payments_payment_provider",
    ),
    Index("ix_payments_payment_provider", "tenant_id", "payment_provider_id",
          postgresql_where=text("payment_provider_id IS NOT NULL")),
    Index("uq_payments__receipt_number", "tenant_id", "series_id", "receipt_number", unique=True,
          postgresql_where=text("receipt_number IS NOT NULL")),
    Index("uq_payments__external_id", "tenant_id", "external_id", unique=True,
          postgresql_where=text("external_id IS NOT NULL")),
    Index("uq_payments__opening_balance", "tenant_id", "client_id", "currency", unique=True,
          postgresql_where=text("method = 'opening_balance'")),
    Index("ix_payments_receipt_number", "tenant_id", "receipt_number",
          postgresql_where=text("receipt_number IS NOT NULL")),
    Index("ix_payments_reference", "tenant_id", "reference",
          postgresql_where=text("reference IS NOT NULL")),
    Index("ix_payments_client", "tenant_id", "client_id", "received_at", "id"),
    # As `st_payments_left` (migration 0039) has it counted, so that no plan takes the few of which
    # something is left for a third of all.
    Index("ix_payments_left", "tenant_id", "client_id", "id",
          postgresql_where=text(
              "status <> 'bounced'"
              " AND amount_minor - allocated_minor - refunded_minor - drawn_minor > 0")),
    Index("ix_payments_received", "tenant_id", "received_at", "id"),
    Index("ix_payments_created", "tenant_id", "created_at", "id"),
    Index("ix_payments_updated", "tenant_id", "updated_at", "id"),
)  # fmt: skip

payment_allocations = tenant_table(
    "payment_allocations", METADATA,
    Column("payment_id", Uuid, nullable=False),
    Column("invoice_id", Uuid, nullable=False),
    # Whose the payment is.
    Column("client_id", Uuid),
    # Of the invoice, and what it takes of the payment.
    Column("currency", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("payment_minor", BigInteger, nullable=False),
    # What both were worth at home, and the gain between them.
    Column("home_minor", BigInteger, nullable=False),
    Column("paid_home_minor", BigInteger, nullable=False),
    Column("difference_minor", BigInteger, nullable=False),
    ForeignKeyConstraint(["tenant_id", "payment_id"], ["payments.tenant_id", "payments.id"],
                         name="fk_payment_allocations_payment"),
    ForeignKeyConstraint(["tenant_id", "invoice_id"], ["invoices.tenant_id", "invoices.id"],
                         name="fk_payment_allocations_invoice"),
    UniqueConstraint("tenant_id", "payment_id", "invoice_id", name="uq_payment_allocations__pair"),
    CheckConstraint("amount_minor > 0 AND payment_minor > 0", name="amount"),
    Index("ix_payment_allocations_invoice", "tenant_id", "invoice_id"),
)  # fmt: skip

credit_draws = tenant_table(
    "credit_draws", METADATA,
    # The payment by credit, and the one whose rest it is.
    Column("payment_id", Uuid, nullable=False),
    Column("source_id", Uuid, nullable=False),
    # Whose the payment is.
    Column("client_id", Uuid),
    Column("amount_minor", BigInteger, nullable=False),
    ForeignKeyConstraint(["tenant_id", "payment_id"], ["payments.tenant_id", "payments.id"],
                         name="fk_credit_draws_payment"),
    ForeignKeyConstraint(["tenant_id", "source_id"], ["payments.tenant_id", "payments.id"],
                         name="fk_credit_draws_source"),
    UniqueConstraint("tenant_id", "payment_id", "source_id", name="uq_credit_draws__pair"),
    CheckConstraint("amount_minor > 0", name="amount"),
    Index("ix_credit_draws_source", "tenant_id", "source_id"),
)  # fmt: skip

refunds = tenant_table(
    "refunds", METADATA,
    Column("payment_id", Uuid, nullable=False),
    Column("client_id", Uuid),
    Column("currency", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("reason", Text),
    # Of what a provider gives back: whether it has, as what, or why not.
    Column("status", Text, nullable=False),
    Column("provider_refund_id", Text),
    Column("failure_code", Text),
    # Of what the payer's bank took back, as the provider calls it.
    Column("dispute_reason", Text),
    Column("created_by", Text, nullable=False),
    ForeignKeyConstraint(["tenant_id", "payment_id"], ["payments.tenant_id", "payments.id"],
                         name="fk_refunds_payment"),
    CheckConstraint("amount_minor > 0", name="amount"),
    Index("uq_refunds__provider_refund_id", "tenant_id", "provider_refund_id", unique=True,
          postgresql_where=text("provider_refund_id IS NOT NULL")),
    Index("ix_refunds_pending", "tenant_id", "id", postgresql_where=text("status = 'pending'")),
    Index("ix_refunds_payment", "tenant_id", "payment_id", "created_at", "id"),
    Index("ix_refunds_client", "tenant_id", "client_id",
          postgresql_where=text("client_id IS NOT NULL")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment(Record):
    """Money that came in, or credit that was used."""

    method: str
    status: str
    currency: str
    amount_minor: int
    allocated_minor: int
    refunded_minor: int
    drawn_minor: int
    refunding_minor: int
    payment_provider_id: UUID | None
    exchange_rate: str | None
    exchange_rate_source: str | None
    exchange_rate_on: date | None
    home_currency: str | None
    home_amount_minor: int | None
    home_allocated_minor: int
    received_at: datetime
    reference: str | None
    receipt_number: str | None
    series_id: UUID | None
    external_id: str | None

    @property
    def refundable_minor(self) -> int:
        """What may go back of it."""
        if self.status == Status.BOUNCED:
            return 0
        return self.amount_minor - self.refunded_minor - self.drawn_minor

    @property
    def left_minor(self) -> int:
        """What is the client's credit of it."""
        return self.refundable_minor - self.allocated_minor

    @property
    def spare_minor(self) -> int:
        """What of that is not on its way back."""
        return max(0, self.left_minor - self.refunding_minor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation(Row):
    """So much of a payment for an invoice."""

    payment_id: UUID
    invoice_id: UUID
    client_id: UUID | None
    currency: str
    amount_minor: int
    payment_minor: int
    home_minor: int
    paid_home_minor: int
    difference_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw(Row):
    """So much of what was left of a payment, for a payment by credit."""

    payment_id: UUID
    source_id: UUID
    client_id: UUID | None
    amount_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund(Row):
    """What went back of a payment, or is on its way."""

    payment_id: UUID
    client_id: UUID | None
    currency: str
    amount_minor: int
    reason: str | None
    status: str
    provider_refund_id: str | None
    failure_code: str | None
    dispute_reason: str | None
    created_by: str
