"""Steps that are being done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, LargeBinary, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import Row, tenant_table
from scheduling.metadata import METADATA

checklists = tenant_table(
    "checklists", METADATA,
    Column("client_id", Uuid),
    # What it was made of, be it that that is no more.
    Column("checklist_template_id", Uuid),
    Column("name", JSONB, nullable=False),
    # In their order: [{"id", "name", "required", "done_at", "done_by"}]
    Column("items", JSONB, nullable=False),
    Column("state", Text, nullable=False),
    # What follows from the items.
    Column("item_count", Integer, nullable=False),
    Column("done_count", Integer, nullable=False),
    Column("required_left", Integer, nullable=False),
    # Begun as the client entered a folder or a status.
    Column("is_by_rule", Boolean, nullable=False),
    Column("completed_at", DateTime(timezone=True)),
    Column("completed_by", Text),
    Column("created_by", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False, info={"sensitive": True}),
    Index("ix_checklists_client", "tenant_id", "client_id", "created_at", "id",
          postgresql_where=text("client_id IS NOT NULL")),
    Index("ix_checklists_updated", "tenant_id", "updated_at", "id"),
    Index("ix_checklists_created", "tenant_id", "created_at", "id"),
    # Who comes back while it is under way does not have it begun twice.
    Index("uq_checklists__by_rule", "tenant_id", "client_id", "checklist_template_id", unique=True,
          postgresql_where=text("is_by_rule AND state = 'open'")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist(Row):
    """Steps for a client, or for a task; the digest is of the request that made it."""

    client_id: UUID | None
    checklist_template_id: UUID | None
    name: dict[str, str]
    items: list[dict[str, Any]]
    state: str
    item_count: int
    done_count: int
    required_left: int
    is_by_rule: bool
    completed_at: datetime | None
    completed_by: str | None
    created_by: str
    digest: bytes
