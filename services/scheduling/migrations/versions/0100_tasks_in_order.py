"""Tasks in the order in which they are due, and as which of their rule; invoices that are gone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0100"
down_revision = "0065"

_BY_DUE = (
    "timezone('UTC', timezone('UTC', coalesce(due_at, '4000-01-01T00:00:00Z'::timestamptz))"
    " - CASE priority WHEN 'urgent' THEN 3 WHEN 'high' THEN 2 WHEN 'normal' THEN 1 ELSE 0 END"
    " * interval '1 microsecond')"
)


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    instant = sa.DateTime(timezone=True)
    op.add_column("tasks", sa.Column("occurs_at", instant, nullable=True))
    by_due = sa.Computed(_BY_DUE, persisted=True)
    op.add_column("tasks", sa.Column("by_due", instant, by_due, nullable=True))
    op.create_index("ix_tasks_due", "tasks", ["tenant_id", "by_due", "id"])
    op.create_index(
        "ix_tasks_due_at", "tasks", ["tenant_id", "due_at"],
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )  # fmt: skip
    op.create_index("ix_tasks_assignees", "tasks", ["assignee_ids"], postgresql_using="gin")
    ids = postgresql.ARRAY(sa.Uuid())
    op.add_column(
        "time_invoices",
        sa.Column("gone_invoice_ids", ids, nullable=False, server_default="{}"),
    )
    op.alter_column("time_invoices", "gone_invoice_ids", server_default=None)
