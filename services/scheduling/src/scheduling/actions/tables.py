"""The actions of a company, and who was given those it starts with."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import Row, tenant_table
from scheduling.metadata import METADATA

actions = tenant_table(
    "actions", METADATA,
    Column("name", JSONB, nullable=False),
    Column("subject", Text, nullable=False),
    # Smaller ones are offered first.
    Column("position", Integer, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Index("ix_actions_position", "tenant_id", "position", "id"),
    Index("ix_actions_updated", "tenant_id", "updated_at", "id"),
)  # fmt: skip

# What a company removed of its starting actions does not come back.
action_starts: Final = Table(
    "action_starts", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Row):
    """What can be done with what it is about."""

    name: dict[str, str]
    subject: str
    position: int
    is_active: bool
