"""Messages and their attachments."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, LargeBinary, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import Row, tenant_table
from comms.metadata import METADATA

messages = tenant_table(
    "messages", METADATA,
    Column("direction", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("client_id", Uuid),
    Column("user_id", Uuid),
    Column("address", Text, nullable=False),
    Column("sender_name", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False, info={"sensitive": True}),
    Column("language", Text, nullable=False),
    Column("template_id", Uuid),
    # What the reader is told of them; the contents stand in message_attachments.
    Column("attachments", JSONB, nullable=False),
    Column("scheduled_at", DateTime(timezone=True)),
    Column("sent_at", DateTime(timezone=True)),
    Column("failed_at", DateTime(timezone=True)),
    Column("attempts", Integer, nullable=False),
    # Who sends it now has until then; a worker that died has lost it.
    Column("leased_until", DateTime(timezone=True)),
    # The last answer of the server, good or bad.
    Column("failure", Text),
    Column("answer", Text),
    # On whose account, why, and how deep in a chain of effects: events tell it later.
    Column("created_by", Text, nullable=False),
    Column("cause", Text),
    Column("depth", Integer, nullable=False),
    # Nobody typed it at that moment: it waits until its client wants to be written to.
    Column("is_unattended", Boolean, nullable=False, server_default="false"),
    # Of the request, to know it again by the id its maker gave it.
    Column("digest", LargeBinary, nullable=False, info={"sensitive": True}),
    Index("ix_messages_created", "tenant_id", "created_at", "id"),
    Index("ix_messages_client", "tenant_id", "client_id", "created_at"),
)  # fmt: skip

message_attachments = tenant_table(
    "message_attachments", METADATA,
    Column("message_id", Uuid, nullable=False),
    Column("filename", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False, info={"sensitive": True}),
    Index("ix_message_attachments_message", "tenant_id", "message_id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Row):
    """A message on its way to somebody."""

    direction: str
    channel: str
    status: str
    client_id: UUID | None
    user_id: UUID | None
    address: str
    sender_name: str
    subject: str
    body: str
    language: str
    template_id: UUID | None
    attachments: list[dict[str, Any]]
    scheduled_at: datetime | None
    sent_at: datetime | None
    failed_at: datetime | None
    attempts: int
    leased_until: datetime | None
    failure: str | None
    answer: str | None
    created_by: str
    cause: str | None
    depth: int
    is_unattended: bool
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAttachment(Row):
    """A file that goes along with a message."""

    message_id: UUID
    filename: str
    content_type: str
    content: bytes
