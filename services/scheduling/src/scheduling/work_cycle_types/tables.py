"""What a business calls its work, and how that goes."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Index, Integer, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.tables import Row, tenant_table
from scheduling.metadata import METADATA

work_cycle_types = tenant_table(
    "work_cycle_types", METADATA,
    Column("name", JSONB, nullable=False),
    # What numbers begin with, and the last one that was given.
    Column("prefix", Text, nullable=False),
    Column("last_number", Integer, nullable=False),
    # In their order: [{"id", "name", "color", "group": "open" | "closed", "default"}]
    Column("statuses", JSONB, nullable=False),
    # Which actions are chosen from; empty: all of work cycles.
    Column("action_ids", ARRAY(Uuid), nullable=False),
    # Of the business, each with its key, label, type, options and whether it is required.
    Column("custom_fields", JSONB, nullable=False),
    Column("budget_from", Text, nullable=False),
    # {"title", "sections", "footer"}: what stands on the paper of a cycle.
    Column("print", JSONB, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Index("ix_work_cycle_types_updated", "tenant_id", "updated_at", "id"),
    Index("ix_work_cycle_types_created", "tenant_id", "created_at", "id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCycleType(Row):
    """A kind of work: car contracts, say."""

    name: dict[str, str]
    prefix: str
    last_number: int
    statuses: list[dict[str, Any]]
    action_ids: list[UUID]
    custom_fields: list[dict[str, Any]]
    budget_from: str
    print: dict[str, Any]
    is_active: bool
