"""Invitations to join a company."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, LargeBinary, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.tables import Row, tenant_table
from edge.metadata import METADATA

invitations = tenant_table(
    "invitations", METADATA,
    Column("email", Text, nullable=False),
    Column("name", Text, nullable=False),
    # No foreign key: an old invitation must not keep a role from being deleted.
    Column("role_id", Uuid, nullable=False),
    Column("team_ids", ARRAY(Uuid), nullable=False),
    Column("invited_by", Text, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, info={"sensitive": True}),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("user_id", Uuid),
    UniqueConstraint("token_hash", name="uq_invitations__token"),
    Index("ix_invitations_expires_at", "expires_at"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation(Row):
    """`user_id` is who it became once accepted."""

    email: str
    name: str
    role_id: UUID
    team_ids: list[UUID]
    invited_by: str
    token_hash: bytes
    expires_at: datetime
    user_id: UUID | None
