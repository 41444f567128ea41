"""Jobs of clients, and which money moves for them."""

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
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.tables import Row, tenant_table
from scheduling.metadata import METADATA

work_cycles = tenant_table(
    "work_cycles", METADATA,
    Column("client_id", Uuid, nullable=False),
    Column("work_cycle_type_id", Uuid, nullable=False),
    Column("number", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text),
    Column("status_id", Uuid, nullable=False),
    # Since when it stands in a status of the closed ones.
    Column("closed_at", DateTime(timezone=True)),
    # What is to be done next.
    Column("action_id", Uuid),
    Column("starts_on", Date),
    Column("due_on", Date),
    Column("budget_minor", BigInteger),
    Column("currency", Text, nullable=False),
    Column("staff_ids", ARRAY(Uuid), nullable=False),
    Column("tags", ARRAY(Text), nullable=False),
    Column("notes", Text),
    # Files of the client, which clients keeps.
    Column("attachments", ARRAY(Uuid), nullable=False),
    Column("custom_fields", JSONB, nullable=False),
    Column("created_by", Text, nullable=False),
    # Of the request, to know it again by the id its maker gave it.
    Column("digest", LargeBinary, nullable=False, info={"sensitive": True}),
    ForeignKeyConstraint(
        ["tenant_id", "work_cycle_type_id"], ["work_cycle_types.tenant_id", "work_cycle_types.id"],
        name="fk_work_cycles_type",
    ),
    ForeignKeyConstraint(
        ["tenant_id", "action_id"], ["actions.tenant_id", "actions.id"],
        name="fk_work_cycles_action",
    ),
    Index("ix_work_cycles_client", "tenant_id", "client_id", "created_at", "id"),
    Index("ix_work_cycles_type", "tenant_id", "work_cycle_type_id", "status_id", "id"),
    Index("ix_work_cycles_created", "tenant_id", "created_at", "id"),
    Index("ix_work_cycles_updated", "tenant_id", "updated_at", "id"),
    Index("uq_work_cycles__number", "tenant_id", "work_cycle_type_id", "number", unique=True),
)  # fmt: skip

# What billing told of documents that name a cycle, also one that is not known here.
work_cycle_documents = tenant_table(
    "work_cycle_documents", METADATA,
    Column("kind", Text, nullable=False),
    # None: it names none any more.
    Column("work_cycle_id", Uuid),
    # Whom it is about, who may be another one than the cycle's; None: nobody.
    Column("client_id", Uuid),
    # Of an invoice that has one; entries have none.
    Column("number", Text),
    Column("dated_on", Date),
    Column("currency", Text, nullable=False),
    # With tax, without it, and what was paid.
    Column("amount_minor", BigInteger, nullable=False),
    Column("net_minor", BigInteger, nullable=False),
    Column("paid_minor", BigInteger, nullable=False),
    Index("ix_work_cycle_documents_cycle", "tenant_id", "work_cycle_id",
          postgresql_where=text("work_cycle_id IS NOT NULL")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCycle(Row):
    """A job of a client; the digest is of the request that made it."""

    client_id: UUID
    work_cycle_type_id: UUID
    number: str
    title: str
    description: str | None
    status_id: UUID
    closed_at: datetime | None
    action_id: UUID | None
    starts_on: date | None
    due_on: date | None
    budget_minor: int | None
    currency: str
    staff_ids: list[UUID]
    tags: list[str]
    notes: str | None
    attachments: list[UUID]
    custom_fields: dict[str, Any]
    created_by: str
    digest: bytes
