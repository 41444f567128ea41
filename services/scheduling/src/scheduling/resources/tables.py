"""What a company has besides its staff that is in one place at a time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, Column, DateTime, Index, Text
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import Row, tenant_table
from scheduling.metadata import METADATA

resources = tenant_table(
    "resources", METADATA,
    Column("name", JSONB, nullable=False),
    Column("kind", Text, nullable=False),
    Column("is_active", Boolean, nullable=False),
    # Since when something needs it, or needed it: from then on it is put away, not removed.
    Column("used_at", DateTime(timezone=True)),
    Index("ix_resources_updated", "tenant_id", "updated_at", "id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource(Row):
    """A room, a machine, a car."""

    name: dict[str, str]
    kind: str
    is_active: bool
    used_at: datetime | None
