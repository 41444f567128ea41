"""Who worked when, for whom, and what it costs."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, LargeBinary, Text, Uuid, text

from chassis.tables import Row, tenant_table
from scheduling.metadata import METADATA

time_entries = tenant_table(
    "time_entries", METADATA,
    Column("user_id", Uuid, nullable=False),
    Column("client_id", Uuid),
    Column("task_id", Uuid),
    Column("work_cycle_id", Uuid),
    Column("started_at", DateTime(timezone=True), nullable=False),
    # None: its timer runs.
    Column("ended_at", DateTime(timezone=True)),
    Column("note", Text),
    Column("is_billable", Boolean, nullable=False),
    # For an hour.
    Column("rate_minor", BigInteger),
    Column("currency", Text),
    # On which invoice it is, or shall be.
    Column("time_invoice_id", Uuid),
    Column("created_by", Text, nullable=False),
    # Of the request, to know it again by the id its maker gave it.
    Column("digest", LargeBinary, nullable=False, info={"sensitive": True}),
    # Nobody works on two things at once.
    Index("uq_time_entries__running", "tenant_id", "user_id", unique=True,
          postgresql_where=text("ended_at IS NULL")),
    Index("ix_time_entries_started", "tenant_id", "started_at", "id"),
    Index("ix_time_entries_updated", "tenant_id", "updated_at", "id"),
    Index("ix_time_entries_user", "tenant_id", "user_id", "started_at", "id"),
    *(
        Index(f"ix_time_entries_{name}", "tenant_id", column, "started_at", "id",
              postgresql_where=text(f"{column} IS NOT NULL"))
        for name, column in (
            ("client", "client_id"), ("task", "task_id"), ("work_cycle", "work_cycle_id"),
            ("invoice", "time_invoice_id"),
        )
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeEntry(Row):
    """That somebody worked, or is at it; the digest is of the request that made it."""

    user_id: UUID
    client_id: UUID | None
    task_id: UUID | None
    work_cycle_id: UUID | None
    started_at: datetime
    ended_at: datetime | None
    note: str | None
    is_billable: bool
    rate_minor: int | None
    currency: str | None
    time_invoice_id: UUID | None
    created_by: str
    digest: bytes
