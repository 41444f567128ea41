"""When staff work: their week, other hours on some days, and leave."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Boolean, Column, Date, Index, Integer, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.tables import Row, tenant_table
from scheduling.metadata import METADATA

# One row of a member of staff, under the user's id; none until something is said.
staff_hours: Final = tenant_table(
    "staff_hours", METADATA,
    # `[{days, from, to, breaks: [{from, to}]}]`; null: free whenever nothing else is.
    Column("hours", JSONB),
    # Null: the company's.
    Column("timezone", Text),
    Column("buffer_before", Integer, nullable=False),
    Column("buffer_after", Integer, nullable=False),
    Column("works_on_holidays", Boolean, nullable=False),
)  # fmt: skip

availability_overrides: Final = tenant_table(
    "availability_overrides", METADATA,
    Column("name", JSONB, nullable=False),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date, nullable=False),
    Column("hours", JSONB, nullable=False),
    # Empty: everybody's.
    Column("user_ids", ARRAY(Uuid), nullable=False),
    Index("ix_availability_overrides_to", "tenant_id", "to_on"),
    Index("ix_availability_overrides_updated", "tenant_id", "updated_at", "id"),
)  # fmt: skip

leaves: Final = tenant_table(
    "leaves", METADATA,
    Column("user_id", Uuid, nullable=False),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date, nullable=False),
    # `{from, to}`: so long on each day; null: all day.
    Column("hours", JSONB),
    # Between whoever is away and who plans.
    Column("reason", Text, info={"sensitive": True}),
    Index("ix_leaves_user", "tenant_id", "user_id", "to_on"),
    Index("ix_leaves_updated", "tenant_id", "updated_at", "id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffHours(Row):
    """When somebody works."""

    hours: list[dict[str, Any]] | None
    timezone: str | None
    buffer_before: int
    buffer_after: int
    works_on_holidays: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityOverride(Row):
    """Other hours from one day to another."""

    name: dict[str, str]
    from_on: date
    to_on: date
    hours: list[dict[str, Any]]
    user_ids: list[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveRow(Row):
    """Somebody is away."""

    user_id: UUID
    from_on: date
    to_on: date
    hours: dict[str, str] | None
    reason: str | None
