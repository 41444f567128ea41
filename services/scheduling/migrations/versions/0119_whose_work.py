"""Whose tasks, and whose follow-ups at no time, there are; who is followed up for whom."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import run_sql

revision = "0119"
down_revision = "0121"

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    _found_by("task_assignees", "task", sa.Column("by_due", _INSTANT, nullable=False),
              sa.Column("is_live", sa.Boolean(), nullable=False))  # fmt: skip
    _found_by("follow_up_staff", "follow_up", sa.Column("created_at", _INSTANT, nullable=False))
    run_sql(op, "scheduling", "0119_whose_work.sql")
    order = ["tenant_id", "user_id", "by_due", "task_id"]
    op.create_index("ix_task_assignees_due", "task_assignees", order)
    op.create_index(
        "ix_task_assignees_live", "task_assignees", order, postgresql_where=sa.text("is_live")
    )
    op.create_index(
        "ix_follow_up_staff_user", "follow_up_staff",
        ["tenant_id", "user_id", "created_at", "follow_up_id"],
    )  # fmt: skip
    op.drop_index("ix_tasks_assignees", "tasks")
    op.add_column("due_follow_ups", sa.Column("answered_by", sa.Uuid(), nullable=True))


def _found_by(table: str, noun: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        table,
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column(f"{noun}_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("tenant_id", f"{noun}_id", "user_id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            ["tenant_id", f"{noun}_id"], [f"{noun}s.tenant_id", f"{noun}s.id"],
            ondelete="CASCADE", name=f"fk_{table}_{noun}",
        ),
    )  # fmt: skip
