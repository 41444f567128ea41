"""Who came in, or tried to, and when."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, Date, DateTime, Index, LargeBinary, Text, Uuid, text

from chassis.tables import Row, tenant_table
from memberships.metadata import METADATA

check_ins = tenant_table(
    "check_ins", METADATA,
    Column("client_id", Uuid, nullable=False),
    # By which of theirs, and how it stood that day; none: as everybody may come in.
    Column("membership_id", Uuid),
    Column("membership_status", Text),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    # The day that was where the company is.
    Column("day", Date, nullable=False),
    Column("result", Text, nullable=False),
    # Why it was refused: a stable code.
    Column("reason", Text),
    # What it used of credit, given back where it was undone.
    Column("credit_usage_id", Uuid),
    Column("undone_at", DateTime(timezone=True)),
    Column("digest", LargeBinary, nullable=False, info={"sensitive": True}),
    Column("created_by", Text, nullable=False),
    Index("ix_check_ins_client", "tenant_id", "client_id", "occurred_at", "id"),
    Index("ix_check_ins_occurred", "tenant_id", "occurred_at", "id"),
    Index("ix_check_ins_updated", "tenant_id", "updated_at", "id"),
    Index("ix_check_ins_membership", "tenant_id", "membership_id", "occurred_at",
          postgresql_where=text("membership_id IS NOT NULL")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn(Row):
    """That somebody came in, or was kept out; the digest is of the request."""

    client_id: UUID
    membership_id: UUID | None
    membership_status: str | None
    occurred_at: datetime
    day: date
    result: str
    reason: str | None
    credit_usage_id: UUID | None
    undone_at: datetime | None
    digest: bytes
    created_by: str
