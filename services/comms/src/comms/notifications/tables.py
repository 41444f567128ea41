"""Notifications of staff."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Integer, Text, Uuid, text

from chassis.tables import Row, tenant_table
from comms.metadata import METADATA

notifications = tenant_table(
    "notifications", METADATA,
    Column("user_id", Uuid, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("client_id", Uuid),
    Column("read_at", DateTime(timezone=True)),
    Column("created_by", Text, nullable=False),
    # Of what is counted up in one notification while it is unread: what is counted, and how many.
    Column("kind", Text),
    Column("count", Integer, nullable=False, server_default="1"),
    Index("ix_notifications_user", "tenant_id", "user_id", "created_at", "id"),
    Index("ix_notifications_unread", "tenant_id", "user_id",
          postgresql_where=text("read_at is null")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification(Row):
    """Something a member of staff is told inside the product."""

    user_id: UUID
    title: str
    body: str
    client_id: UUID | None
    read_at: datetime | None
    created_by: str
    kind: str | None
    count: int
