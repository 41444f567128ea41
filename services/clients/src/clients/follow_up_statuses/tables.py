"""Follow-up statuses of clients."""

from dataclasses import dataclass

from sqlalchemy import Column, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import Row, tenant_table
from clients.metadata import METADATA

follow_up_statuses = tenant_table(
    "follow_up_statuses", METADATA,
    Column("name", JSONB, nullable=False),
    Column("color", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("requires_follow_up_after_hours", Integer),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpStatus(Row):
    """A follow-up status."""

    name: dict[str, str]
    color: str
    kind: str
    requires_follow_up_after_hours: int | None
