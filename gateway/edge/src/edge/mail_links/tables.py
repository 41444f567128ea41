"""Links that prove whose an address is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    Uuid,
)  # fmt: skip

from chassis.tables import Row, tenant_table
from edge.mail_links.rules import Purpose
from edge.metadata import METADATA

mail_links = tenant_table(
    "mail_links", METADATA,
    Column("user_id", Uuid, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, info={"sensitive": True}),
    # Of the password that was known then: another one since makes the link void.
    Column("password_changed_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    UniqueConstraint("token_hash", name="uq_mail_links__token"),
    ForeignKeyConstraint(["tenant_id", "user_id"], ["users.tenant_id", "users.id"]),
    Index("ix_mail_links_user", "tenant_id", "user_id"),
    Index("ix_mail_links_expires_at", "expires_at"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLink(Row):
    """A link to be used once."""

    user_id: UUID
    purpose: Purpose
    email: str
    token_hash: bytes
    password_changed_at: datetime
    expires_at: datetime
    used_at: datetime | None
