"""By which rules somebody is reminded of appointments and bookings."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Boolean, Column, Index, Integer, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.tables import Row, tenant_table
from scheduling.metadata import METADATA

reminder_rules: Final = tenant_table(
    "reminder_rules", METADATA,
    Column("name", Text, nullable=False),
    Column("is_active", Boolean, nullable=False),
    # Of which kind, and what the linked ones are about (null: anything).
    Column("kind", Text, nullable=False),
    Column("linked_type", Text),
    # Empty: whatever is done at it.
    Column("action_ids", ARRAY(Uuid), nullable=False),
    # Before it, after it, or after it was made; and by how many minutes.
    Column("relation", Text, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("channel", Text, nullable=False),
    # client, staff or both.
    Column("sent_to", Text, nullable=False),
    # In the words of a template of comms, in its own, or (neither) in the usual ones.
    Column("template_id", Uuid),
    Column("subject", JSONB),
    Column("body", JSONB),
    Index("ix_reminder_rules_updated", "tenant_id", "updated_at", "id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderRule(Row):
    """Of what whom somebody is reminded, when, by which way and in which words."""

    name: str
    is_active: bool
    kind: str
    linked_type: str | None
    action_ids: list[UUID]
    relation: str
    minutes: int
    channel: str
    sent_to: str
    template_id: UUID | None
    subject: dict[str, str] | None
    body: dict[str, str] | None
