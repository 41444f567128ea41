"""Which overdue invoices were told of."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import run_sql

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.add_column(
        "invoices",
        sa.Column("is_overdue_told", sa.Boolean(), server_default="false", nullable=False),
    )
    op.alter_column("invoices", "is_overdue_told", server_default=None)
    op.create_index(
        "ix_invoices_overdue", "invoices", ["tenant_id", "due_date", "id"],
        postgresql_where=sa.text("status IN ('issued', 'partially_paid') AND NOT is_overdue_told"),
    )  # fmt: skip
    run_sql(op, "billing", "0007_overdue.sql")
