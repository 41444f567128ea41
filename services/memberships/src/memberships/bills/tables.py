"""What is asked of billing, and what is known of the invoices that came of it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import Row, tenant_table
from memberships.metadata import METADATA

bills = tenant_table(
    "bills", METADATA,
    # As membership:<id>:period:3; what billing makes of it is made once for ever.
    Column("cause", Text, nullable=False),
    Column("kind", Text, nullable=False),
    # The period, or the order.
    Column("subject_id", Uuid, nullable=False),
    Column("client_id", Uuid, nullable=False),
    Column("action", Text, nullable=False),
    # Word for word, so that it is the same however often it is asked.
    Column("request", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    # The invoice, or the credit note.
    Column("document_id", Uuid),
    # What a credit note took off, with tax.
    Column("amount_minor", BigInteger),
    # Why billing refused it: code, detail and fields.
    Column("problem", JSONB),
    Index("uq_bills__cause", "tenant_id", "cause", unique=True),
    Index("ix_bills_document", "tenant_id", "document_id",
          postgresql_where=text("document_id IS NOT NULL")),
    Index("ix_bills_pending", "tenant_id", "updated_at", "id",
          postgresql_where=text("state = 'pending'")),
    Index("ix_bills_refused", "tenant_id", "updated_at",
          postgresql_where=text("state = 'refused'")),
)  # fmt: skip

# By their ids, in their versions. One that is not `is_ours` was heard of while a bill waited for
# its answer: it may turn out to be what that made.
heard_invoices = tenant_table(
    "heard_invoices", METADATA,
    Column("status", Text, nullable=False),
    # With tax; none: of those heard of before it mattered.
    Column("total_minor", BigInteger),
    Column("paid_minor", BigInteger),
    Column("credited_minor", BigInteger),
    Column("is_ours", Boolean, nullable=False),
    Index("ix_heard_invoices_stray", "tenant_id", "updated_at",
          postgresql_where=text("NOT is_ours")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill(Row):
    """Something that billing is asked for."""

    cause: str
    kind: str
    subject_id: UUID
    client_id: UUID
    action: str
    request: dict[str, Any]
    state: str
    document_id: UUID | None
    amount_minor: int | None
    problem: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardInvoice(Row):
    """How an invoice stands, as far as was heard."""

    status: str
    total_minor: int | None
    paid_minor: int | None
    credited_minor: int | None
    is_ours: bool
