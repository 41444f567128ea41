"""What is to be done, by whom and until when; and what is said about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Computed,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.tables import Row, tenant_table
from scheduling.metadata import METADATA

_IS_LIVE = "state IN ('open', 'in_progress')"
# In UTC, as what a database computes itself may depend on no zone.
_BY_DUE: Final = (
    "timezone('UTC', timezone('UTC', coalesce(due_at, '4000-01-01T00:00:00Z'::timestamptz))"
    " - CASE priority WHEN 'urgent' THEN 3 WHEN 'high' THEN 2 WHEN 'normal' THEN 1 ELSE 0 END"
    " * interval '1 microsecond')"
)

tasks = tenant_table(
    "tasks", METADATA,
    # Whom it is about; none: about no client.
    Column("client_id", Uuid),
    Column("title", Text, nullable=False),
    Column("description", Text),
    Column("assignee_ids", ARRAY(Uuid), nullable=False),
    Column("due_at", DateTime(timezone=True)),
    Column("priority", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    # The rule by which it comes again once it is done, and from when that counts.
    Column("recurrence", Text),
    Column("recurs_from", DateTime(timezone=True)),
    # Which time of its rule it is, where it was put off or brought forward.
    Column("occurs_at", DateTime(timezone=True)),
    # The one that was done before it.
    Column("previous_id", Uuid),
    # By which steps it is done; checklists are built on tasks.
    Column("checklist_id", Uuid),
    Column("work_cycle_id", Uuid),
    Column("started_at", DateTime(timezone=True)),
    Column("closed_at", DateTime(timezone=True)),
    Column("closed_by", Text),
    # When it was told that it is overdue.
    Column("overdue_told_at", DateTime(timezone=True)),
    Column("created_by", Text, nullable=False),
    # By the date, those without one last; of those that are due at once the more urgent first.
    Column("by_due", DateTime(timezone=True), Computed(_BY_DUE, persisted=True)),
    # Of the request, to know it again by the id its maker gave it.
    Column("digest", LargeBinary, nullable=False, info={"sensitive": True}),
    Index("ix_tasks_client", "tenant_id", "client_id", "due_at", "id",
          postgresql_where=text("client_id IS NOT NULL")),
    Index("ix_tasks_checklist", "tenant_id", "checklist_id",
          postgresql_where=text("checklist_id IS NOT NULL")),
    Index("ix_tasks_work_cycle", "tenant_id", "work_cycle_id",
          postgresql_where=text("work_cycle_id IS NOT NULL")),
    Index("ix_tasks_due", "tenant_id", "by_due", "id"),
    Index("ix_tasks_due_at", "tenant_id", "due_at",
          postgresql_where=text("due_at IS NOT NULL")),
    Index("ix_tasks_state", "tenant_id", "state", "due_at", "id"),
    Index("ix_tasks_updated", "tenant_id", "updated_at", "id"),
    Index("ix_tasks_created", "tenant_id", "created_at", "id"),
    Index("ix_tasks_to_tell", "due_at", "tenant_id",
          postgresql_where=text(f"{_IS_LIVE} AND overdue_told_at IS NULL")),
    # However often it is reopened and done again, the next one is made once.
    Index("uq_tasks__previous", "tenant_id", "previous_id", unique=True,
          postgresql_where=text("previous_id IS NOT NULL")),
)  # fmt: skip

# Who does which, and who does none by nobody's id: kept by a trigger, whoever writes a task. To be
# found by, in the order in which they are due: an array would be found by no index that row-level
# security lets through.
task_assignees: Final = Table(
    "task_assignees", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("task_id", Uuid, primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    Column("by_due", DateTime(timezone=True), nullable=False),
    # Whether it is not done or cancelled.
    Column("is_live", Boolean, nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "task_id"], ["tasks.tenant_id", "tasks.id"], ondelete="CASCADE",
        name="fk_task_assignees_task",
    ),
    Index("ix_task_assignees_due", "tenant_id", "user_id", "by_due", "task_id"),
    Index("ix_task_assignees_live", "tenant_id", "user_id", "by_due", "task_id",
          postgresql_where=text("is_live")),
)  # fmt: skip

task_comments = tenant_table(
    "task_comments", METADATA,
    Column("task_id", Uuid, nullable=False),
    # The task's.
    Column("client_id", Uuid),
    Column("author", Text, nullable=False),
    Column("body", Text, nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "task_id"], ["tasks.tenant_id", "tasks.id"], name="fk_task_comments_task",
        ondelete="CASCADE",
    ),
    Index("ix_task_comments_task", "tenant_id", "task_id", "created_at", "id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Row):
    """Something to be done; the digest is of the request that made it."""

    client_id: UUID | None
    title: str
    description: str | None
    assignee_ids: list[UUID]
    due_at: datetime | None
    priority: str
    kind: str
    state: str
    recurrence: str | None
    recurs_from: datetime | None
    occurs_at: datetime | None
    previous_id: UUID | None
    checklist_id: UUID | None
    work_cycle_id: UUID | None
    started_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    overdue_told_at: datetime | None
    created_by: str
    digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskComment(Row):
    """What somebody said about a task."""

    task_id: UUID
    client_id: UUID | None
    author: str
    body: str
