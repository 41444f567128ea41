"""Users, which are what an identity is within one company, and their teams."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    Uuid,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.tables import Row, tenant_table
from edge.metadata import METADATA

users = tenant_table(
    "users", METADATA,
    # vault.identities, which no foreign key of a tenant's table may show.
    Column("identity_id", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("role_id", Uuid, nullable=False),
    Column("team_ids", ARRAY(Uuid), nullable=False),
    Column("is_active", Boolean, nullable=False),
    UniqueConstraint("tenant_id", "email", name="uq_users__email"),
    UniqueConstraint("tenant_id", "identity_id", name="uq_users__identity"),
    ForeignKeyConstraint(["tenant_id", "role_id"], ["roles.tenant_id", "roles.id"]),
    Index("ix_users_identity", "identity_id"),
    Index("ix_users_role", "tenant_id", "role_id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class User(Row):
    """A member of staff."""

    identity_id: UUID
    name: str
    email: str
    locale: str
    role_id: UUID
    team_ids: list[UUID]
    is_active: bool


teams = tenant_table(
    "teams", METADATA,
    Column("name", Text, nullable=False),
    UniqueConstraint("tenant_id", "name", name="uq_teams__name"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Team(Row):
    """Users who may see each other's clients; each user's row names their teams."""

    name: str
