"""Passkeys of users, and the challenges that were answered with one."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    Uuid,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.tables import Row, tenant_table
from edge.metadata import METADATA

_SECRET = {"sensitive": True}

passkeys = tenant_table(
    "passkeys", METADATA,
    Column("user_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("credential_id", LargeBinary, nullable=False, info=_SECRET),
    Column("public_key", LargeBinary, nullable=False, info=_SECRET),
    Column("sign_count", BigInteger, nullable=False),
    Column("transports", ARRAY(Text), nullable=False),
    Column("is_synced", Boolean, nullable=False),
    Column("last_used_at", DateTime(timezone=True)),
    UniqueConstraint("credential_id", name="uq_passkeys__passkey"),
    ForeignKeyConstraint(["tenant_id", "user_id"], ["users.tenant_id", "users.id"]),
    Index("ix_passkeys_user", "tenant_id", "user_id", "created_at"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey(Row):
    """A key pair of which only the user's device has the private half."""

    user_id: UUID
    name: str
    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: list[str]
    is_synced: bool
    last_used_at: datetime | None


# Only those answered rightly: nobody makes rows here by asking for challenges.
passkey_challenges = tenant_table(
    "passkey_challenges", METADATA,
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Index("ix_passkey_challenges_expires_at", "expires_at"),
)  # fmt: skip
