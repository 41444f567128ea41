"""Assignment rules: who gets the clients that come without staff."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Boolean, Column, Index, Integer, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.tables import Row, tenant_table
from edge.metadata import METADATA

assignment_rules = tenant_table(
    "assignment_rules", METADATA,
    Column("name", Text, nullable=False),
    # Of the clients service: what it no longer has, no client is in.
    Column("folder_id", Uuid),
    Column("country_code", Text),
    Column("user_ids", ARRAY(Uuid), nullable=False),
    # No foreign key: a rule must not keep a team from being deleted, it then has nobody.
    Column("team_id", Uuid),
    Column("position", Integer, nullable=False),
    Column("is_enabled", Boolean, nullable=False),
    UniqueConstraint("tenant_id", "name", name="uq_assignment_rules__name"),
    Index("ix_assignment_rules_position", "tenant_id", "position", "id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentRule(Row):
    """Of a tenant's enabled rules, the first that fits decides."""

    name: str
    folder_id: UUID | None
    country_code: str | None
    user_ids: list[UUID]
    team_id: UUID | None
    position: int
    is_enabled: bool
