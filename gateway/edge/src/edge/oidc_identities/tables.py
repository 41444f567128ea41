"""By which account at which provider a user signs in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, Text, UniqueConstraint, Uuid

from chassis.tables import Row, tenant_table
from edge.metadata import METADATA

oidc_identities = tenant_table(
    "oidc_identities", METADATA,
    Column("user_id", Uuid, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("last_used_at", DateTime(timezone=True)),
    UniqueConstraint("tenant_id", "issuer", "subject", name="uq_oidc_identities__account"),
    # Whoever gets somebody's old address at the provider gets no user with it.
    UniqueConstraint("tenant_id", "user_id", "issuer", name="uq_oidc_identities__user"),
    ForeignKeyConstraint(["tenant_id", "user_id"], ["users.tenant_id", "users.id"]),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcIdentity(Row):
    """An account; `email` is the address it had when it was linked."""

    user_id: UUID
    issuer: str
    subject: str
    email: str
    last_used_at: datetime | None
