"""Sessions: a sign-in on a device, kept alive by refreshing."""

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
    Uuid,
)  # fmt: skip

from chassis.tables import Row, tenant_table
from edge.metadata import METADATA

_SECRET = {"sensitive": True}

sessions = tenant_table(
    "sessions", METADATA,
    Column("user_id", Uuid, nullable=False),
    Column("family_hash", LargeBinary, nullable=False, info=_SECRET),
    Column("turn_hash", LargeBinary, nullable=False, info=_SECRET),
    Column("address", Text, nullable=False),
    Column("user_agent", Text, nullable=False),
    Column("last_used_at", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("end_reason", Text),
    ForeignKeyConstraint(["tenant_id", "user_id"], ["users.tenant_id", "users.id"]),
    Index("ix_sessions_user", "tenant_id", "user_id", "last_used_at"),
    Index("ix_sessions_id", "id"),
    Index("ix_sessions_expires_at", "expires_at"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(Row):
    """`end_reason` is signed_out, revoked, reused, password_changed or deactivated."""

    user_id: UUID
    family_hash: bytes
    turn_hash: bytes
    address: str
    user_agent: str
    last_used_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    end_reason: str | None
