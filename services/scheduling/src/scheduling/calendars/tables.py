"""Feeds by which calendars elsewhere show what somebody has to do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, LargeBinary, Text, Uuid, text

from chassis.tables import Row, tenant_table
from scheduling.metadata import METADATA

calendar_feeds: Final = tenant_table(
    "calendar_feeds", METADATA,
    Column("name", Text),
    # Whose calendar it is, and as whom it is read: a user's, or else a client's.
    Column("user_id", Uuid),
    Column("client_id", Uuid),
    # A user's own appointments, all that they see, or those that are shared with a client.
    Column("covers", Text, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, info={"sensitive": True}),
    # What it showed last, and since when that is so.
    Column("content_tag", Text),
    Column("content_changed_at", DateTime(timezone=True)),
    Column("used_at", DateTime(timezone=True)),
    Column("created_by", Text, nullable=False),
    Index("uq_calendar_feeds__token", "token_hash", unique=True),
    Index("ix_calendar_feeds_created", "tenant_id", "created_at", "id"),
    Index("ix_calendar_feeds_user", "tenant_id", "user_id",
          postgresql_where=text("user_id IS NOT NULL")),
    Index("ix_calendar_feeds_client", "tenant_id", "client_id",
          postgresql_where=text("client_id IS NOT NULL")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFeed(Row):
    """Who may read whose calendar by a secret."""

    name: str | None
    user_id: UUID | None
    client_id: UUID | None
    covers: str
    token_hash: bytes
    content_tag: str | None
    content_changed_at: datetime | None
    used_at: datetime | None
    created_by: str
