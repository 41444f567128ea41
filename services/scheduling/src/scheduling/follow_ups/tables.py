"""Follow-ups: what a client's status is, what is to be done with them, and when; and which tasks
stand for what clients says is due.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.tables import Row, tenant_table
from scheduling.metadata import METADATA

follow_ups = tenant_table(
    "follow_ups", METADATA,
    Column("client_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    # The statuses that were chosen; whose they are, clients knows.
    Column("status_id", Uuid),
    Column("pinned_status_id", Uuid),
    Column("follow_up_status_id", Uuid),
    Column("action_id", Uuid),
    # As its appointment has them, which takes the staff.
    Column("at", DateTime(timezone=True)),
    Column("ends_at", DateTime(timezone=True)),
    Column("staff_ids", ARRAY(Uuid), nullable=False),
    Column("appointment_id", Uuid),
    Column("note", Text),
    # With whose rights clients is asked: {"user_id"} of a user, who has those of then; else what
    # an API key was allowed.
    Column("rights", JSONB, nullable=False, info={"sensitive": True}),
    # Why clients refused it: {"code", "field", "detail"}
    Column("problem", JSONB),
    Column("closed_at", DateTime(timezone=True)),
    Column("closed_by", Text),
    Column("created_by", Text, nullable=False),
    # Of the request that made it.
    Column("digest", LargeBinary, nullable=False, info={"sensitive": True}),
    ForeignKeyConstraint(
        ["tenant_id", "action_id"], ["actions.tenant_id", "actions.id"],
        name="fk_follow_ups_action",
    ),
    Index("ix_follow_ups_client", "tenant_id", "client_id", "created_at", "id"),
    Index("ix_follow_ups_created", "tenant_id", "created_at", "id"),
    Index("ix_follow_ups_updated", "tenant_id", "updated_at", "id"),
    Index("ix_follow_ups_at", "tenant_id", "at", "id", postgresql_where=text("at IS NOT NULL")),
    Index("ix_follow_ups_action", "tenant_id", "action_id",
          postgresql_where=text("action_id IS NOT NULL")),
    Index("ix_follow_ups_appointment", "tenant_id", "appointment_id",
          postgresql_where=text("appointment_id IS NOT NULL")),
    Index("ix_follow_ups_pending", "updated_at", "tenant_id",
          postgresql_where=text("state = 'pending'")),
)  # fmt: skip

# Who follows a client up at no time, as long as that is to be done: the staff, else who made it.
# Kept by a trigger, whoever writes a follow-up; to be found by, as an array would not be.
follow_up_staff: Final = Table(
    "follow_up_staff", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("follow_up_id", Uuid, primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "follow_up_id"], ["follow_ups.tenant_id", "follow_ups.id"],
        ondelete="CASCADE", name="fk_follow_up_staff_follow_up",
    ),
    Index("ix_follow_up_staff_user", "tenant_id", "user_id", "created_at", "follow_up_id"),
)  # fmt: skip

# One row for each status and field of a client that called for a follow-up: the last word counts.
due_follow_ups: Final = Table(
    "due_follow_ups", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("client_id", Uuid, primary_key=True),
    Column("field", Text, primary_key=True),
    # Of the client, as it said so.
    Column("version", Integer, nullable=False),
    Column("due_at", DateTime(timezone=True)),
    # By which the client is to be followed up; none where nothing calls for it.
    Column("task_id", Uuid),
    # Who answers for a merged client and was followed up instead, so that the task was given up.
    Column("answered_by", Uuid),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp(Row):
    """One; the digest is of the request that made it."""

    client_id: UUID
    state: str
    status_id: UUID | None
    pinned_status_id: UUID | None
    follow_up_status_id: UUID | None
    action_id: UUID | None
    at: datetime | None
    ends_at: datetime | None
    staff_ids: list[UUID]
    appointment_id: UUID | None
    note: str | None
    rights: dict[str, Any]
    problem: dict[str, Any] | None
    closed_at: datetime | None
    closed_by: str | None
    created_by: str
    digest: bytes
