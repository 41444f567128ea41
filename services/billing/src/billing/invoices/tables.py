"""Invoices: drafts, and what was issued."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    Uuid,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSONB

from billing.documents.tables import document_table
from billing.invoices.rules import Status
from billing.links.tables import LinkedRow, link_columns

invoices = document_table(
    "invoices",
    Column("issued_at", DateTime(timezone=True)),
    Index("ix_invoices_issued", "tenant_id", "issued_at", "id",
          postgresql_where=text("issued_at IS NOT NULL")),
    # Of what it bills a period of: one invoice for each, whatever fails or races.
    Column("subscription_id", Uuid),
    Column("period_from", Date),
    Column("period_to", Date),
    ForeignKeyConstraint(
        ["tenant_id", "subscription_id"], ["subscriptions.tenant_id", "subscriptions.id"],
        name="fk_invoices_subscription",
    ),
    # What it adjusts from a day on, as its period was changed: that one's invoice.
    Column("adjusts_id", Uuid),
    Index("uq_invoices__period", "tenant_id", "subscription_id", "period_from", unique=True,
          postgresql_where=text("subscription_id IS NOT NULL AND adjusts_id IS NULL")),
    Index("ix_invoices_adjusts", "tenant_id", "subscription_id", "period_to",
          postgresql_where=text("adjusts_id IS NOT NULL")),
    # As they were when it was issued, whatever becomes of them.
    Column("seller", JSONB),
    Column("buyer", JSONB),
    # What it is about, where that is another client than who buys.
    Column("for_client", JSONB),
    # Of its series: its place, its own hash, and that of the one before it.
    Column("chain_place", BigInteger),
    Column("content_hash", Text),
    Column("previous_hash", Text),
    Index("uq_invoices__chain", "tenant_id", "series_id", "chain_place", unique=True,
          postgresql_where=text("chain_place IS NOT NULL")),
    # What became of its e-invoice: where the tax authority was told, and what it said.
    Column("einvoice", JSONB),
    Index("ix_invoices_einvoice", "tenant_id", text("(einvoice ->> 'status')"), "id",
          postgresql_where=text("einvoice IS NOT NULL")),
    # How many days after its date it is due, unless a date is said.
    Column("due_days", Integer),
    # Of a draft what it was given; as it is issued, what it is worth to the company.
    Column("exchange_rate", Text),
    Column("exchange_rate_source", Text),
    Column("exchange_rate_on", Date),
    Column("home_currency", Text),
    Column("home_total_minor", BigInteger),
    Column("home_tax_minor", BigInteger),
    # What payments are allocated to it; `verify` proves it.
    Column("paid_minor", BigInteger, nullable=False),
    # Of what it is worth at home.
    Column("home_paid_minor", BigInteger, nullable=False),
    # What credit notes took off it, and what is not expected any more.
    Column("credited_minor", BigInteger, nullable=False),
    Column("written_off_minor", BigInteger, nullable=False),
    # Of each line, once credit notes name some: quantity and amount.
    Column("lines_left", JSONB),
    CheckConstraint("paid_minor >= 0 AND credited_minor >= 0 AND written_off_minor >= 0"
                    " AND paid_minor + credited_minor + written_off_minor <= total_minor",
                    name="left"),
    Index("ix_invoices_owed", "tenant_id", "client_id", "due_date", "id",
          postgresql_where=text("status IN ('issued', 'partially_paid')")),
    # By its dates in the order of lists: what is of other days is passed over within the index.
    Index("ix_invoices_owed_created", "tenant_id", "created_at", "id", "issue_date",
          postgresql_where=text("status IN ('issued', 'partially_paid')")),
    # With all that is asked of what is owed, so that sums need not look at the invoices.
    Index("ix_invoices_due", "tenant_id", "due_date", "id",
          postgresql_where=text("status IN ('issued', 'partially_paid')"),
          postgresql_include=[
              "client_id", "currency", "total_minor", "paid_minor", "credited_minor",
              "written_off_minor", "home_currency", "home_total_minor", "branch_id",
              "salesperson_id", "created_by", "status", "issue_date", "due_days",
          ]),
    Column("is_overdue_told", Boolean, nullable=False),
    Index("ix_invoices_overdue", "tenant_id", "due_date", "id",
          postgresql_where=text("status IN ('issued', 'partially_paid') AND NOT is_overdue_told")),
    # Null: an invoice.
    Column("type", Text),
    Index("uq_invoices__opening_balance", "tenant_id", "client_id", "currency", unique=True,
          postgresql_where=text("type = 'opening_balance'")),
    # Of an invoice of before, what it came to then; `total_minor` is what was open of it.
    Column("original_total_minor", BigInteger),
    Index("uq_invoices__opening_invoice", "tenant_id", "client_id", "number", "issue_date",
          unique=True,
          postgresql_where=text("type = 'opening_invoice' AND status <> 'void'")),
    # What it was made of, once.
    Column("estimate_id", Uuid),
    Column("order_id", Uuid),
    Index("uq_invoices__estimate_id", "tenant_id", "estimate_id", unique=True,
          postgresql_where=text("estimate_id IS NOT NULL")),
    Index("uq_invoices__order_id", "tenant_id", "order_id", unique=True,
          postgresql_where=text("order_id IS NOT NULL")),
    *link_columns("invoices"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice(LinkedRow):
    """What a client is to pay, and for what."""

    issued_at: datetime | None
    subscription_id: UUID | None
    period_from: date | None
    period_to: date | None
    adjusts_id: UUID | None
    seller: dict[str, Any] | None
    buyer: dict[str, Any] | None
    for_client: dict[str, Any] | None
    chain_place: int | None
    content_hash: str | None
    previous_hash: str | None
    due_days: int | None
    einvoice: dict[str, Any] | None
    exchange_rate: str | None
    exchange_rate_source: str | None
    exchange_rate_on: date | None
    home_currency: str | None
    home_total_minor: int | None
    home_tax_minor: int | None
    paid_minor: int
    home_paid_minor: int
    estimate_id: UUID | None
    order_id: UUID | None
    credited_minor: int
    written_off_minor: int
    lines_left: list[dict[str, Any]] | None
    type: str | None
    original_total_minor: int | None
    is_overdue_told: bool

    @property
    def balance_minor(self) -> int:
        """What is left to be paid."""
        if self.status == Status.VOID:
            return 0
        return self.total_minor - self.paid_minor - self.credited_minor - self.written_off_minor
