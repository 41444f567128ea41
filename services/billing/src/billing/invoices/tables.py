"""Invoices: drafts, and what was issued."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    Uuid,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSONB

from billing.metadata import METADATA
from chassis.tables import Row, tenant_table

invoices = tenant_table(
    "invoices", METADATA,
    Column("status", Text, nullable=False),
    # Taken as it is issued, with the series it was taken from.
    Column("number", Text),
    Column("series_id", Uuid),
    Column("issued_at", DateTime(timezone=True)),
    # None: a walk-in sale.
    Column("client_id", Uuid),
    Column("currency", Text, nullable=False),
    Column("issue_date", Date, nullable=False),
    Column("supply_date", Date),
    Column("due_date", Date),
    Column("payment_terms", Text),
    # As they are shown: what was asked for, what it is taxed with, and what it comes to.
    Column("lines", JSONB, nullable=False),
    Column("discount", JSONB),
    Column("taxes", JSONB, nullable=False),
    Column("subtotal_minor", BigInteger, nullable=False),
    Column("discount_minor", BigInteger, nullable=False),
    Column("shipping_minor", BigInteger, nullable=False),
    Column("tax_minor", BigInteger, nullable=False),
    Column("rounding_minor", BigInteger, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("deposit_minor", BigInteger, nullable=False),
    Column("salesperson_id", Uuid),
    Column("notes", Text),
    Column("terms", Text),
    Column("branch_id", Uuid),
    # Of scheduling, which this service does not ask.
    Column("work_cycle_id", Uuid),
    Column("external_id", Text),
    Column("created_by", Text, nullable=False),
    # Of the request, to know it again by the id its maker gave it.
    Column("digest", LargeBinary, nullable=False, info={"sensitive": True}),
    ForeignKeyConstraint(
        ["tenant_id", "branch_id"], ["branches.tenant_id", "branches.id"],
        name="fk_invoices_branch",
    ),
    Index("uq_invoices__number", "tenant_id", "series_id", "number", unique=True,
          postgresql_where=text("number IS NOT NULL")),
    Index("ix_invoices_number", "tenant_id", "number", postgresql_where=text("number IS NOT NULL")),
    Index("ix_invoices_client", "tenant_id", "client_id", "created_at", "id"),
    Index("ix_invoices_created", "tenant_id", "created_at", "id"),
    Index("ix_invoices_branch", "tenant_id", "branch_id",
          postgresql_where=text("branch_id IS NOT NULL")),
    Index("ix_invoices_updated", "tenant_id", "updated_at", "id"),
    Index("ix_invoices_issue_date", "tenant_id", "issue_date", "id"),
    Index("uq_invoices__external_id", "tenant_id", "external_id", unique=True,
          postgresql_where=text("external_id IS NOT NULL")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice(Row):
    """What a client is to pay, and for what."""

    status: str
    number: str | None
    series_id: UUID | None
    issued_at: datetime | None
    client_id: UUID | None
    currency: str
    issue_date: date
    supply_date: date | None
    due_date: date | None
    payment_terms: str | None
    lines: list[dict[str, Any]]
    discount: dict[str, Any] | None
    taxes: list[dict[str, Any]]
    subtotal_minor: int
    discount_minor: int
    shipping_minor: int
    tax_minor: int
    rounding_minor: int
    total_minor: int
    deposit_minor: int
    salesperson_id: UUID | None
    notes: str | None
    terms: str | None
    branch_id: UUID | None
    work_cycle_id: UUID | None
    external_id: str | None
    created_by: str
    digest: bytes
