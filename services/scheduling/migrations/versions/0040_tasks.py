"""What is to be done, by whom and until when; and what is said about it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis.migrations import run_sql

revision = "0040"
down_revision = "0002"
_LIVE = "state IN ('open', 'in_progress')"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    _tasks()
    op.create_table(
        "task_comments",
        *_row(),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "task_id"], ["tasks.tenant_id", "tasks.id"],
            name="fk_task_comments_task", ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_task_comments")),
    )  # fmt: skip
    op.create_index(
        "ix_task_comments_task", "task_comments", ["tenant_id", "task_id", "created_at", "id"]
    )
    run_sql(op, "scheduling", "0040_tasks.sql")


def _tasks() -> None:
    op.create_table(
        "tasks",
        *_row(),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("assignee_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("recurrence", sa.Text(), nullable=True),
        sa.Column("recurs_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("previous_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("overdue_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_tasks")),
    )
    op.create_index(
        "ix_tasks_client", "tasks", ["tenant_id", "client_id", "due_at", "id"],
        postgresql_where=sa.text("client_id IS NOT NULL"),
    )  # fmt: skip
    op.create_index("ix_tasks_state", "tasks", ["tenant_id", "state", "due_at", "id"])
    op.create_index("ix_tasks_updated", "tasks", ["tenant_id", "updated_at", "id"])
    op.create_index("ix_tasks_created", "tasks", ["tenant_id", "created_at", "id"])
    op.create_index(
        "ix_tasks_to_tell", "tasks", ["due_at", "tenant_id"],
        postgresql_where=sa.text(f"{_LIVE} AND overdue_told_at IS NULL"),
    )  # fmt: skip
    op.create_index(
        "uq_tasks__previous", "tasks", ["tenant_id", "previous_id"], unique=True,
        postgresql_where=sa.text("previous_id IS NOT NULL"),
    )  # fmt: skip


def _row() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]
