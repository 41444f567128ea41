"""What was asked of billing for work time, and what it answered."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Index, Integer, LargeBinary, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.tables import Row, tenant_table
from scheduling.metadata import METADATA

time_invoices = tenant_table(
    "time_invoices", METADATA,
    Column("client_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("entry_count", Integer, nullable=False),
    # Word for word what billing is asked, by the names of its message.
    Column("request", JSONB, nullable=False, info={"sensitive": True}),
    Column("invoice_id", Uuid),
    # Of one that waits: which invoices were told to be no more, as the answer may come after.
    Column("gone_invoice_ids", ARRAY(Uuid), nullable=False),
    # Why billing refused it: {"code", "field", "detail"}
    Column("problem", JSONB),
    Column("created_by", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False, info={"sensitive": True}),
    Index("ix_time_invoices_client", "tenant_id", "client_id", "created_at", "id"),
    Index("ix_time_invoices_created", "tenant_id", "created_at", "id"),
    Index("ix_time_invoices_invoice", "tenant_id", "invoice_id",
          postgresql_where=text("invoice_id IS NOT NULL")),
    Index("ix_time_invoices_pending", "updated_at", "tenant_id",
          postgresql_where=text("state = 'pending'")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeInvoice(Row):
    """Work time that becomes lines of an invoice; the digest is of the request that made it."""

    client_id: UUID
    state: str
    entry_count: int
    request: dict[str, Any]
    invoice_id: UUID | None
    gone_invoice_ids: list[UUID]
    problem: dict[str, Any] | None
    created_by: str
    digest: bytes
