"""whom a document is about, where another client pays for them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis.migrations import run_sql

revision = "0038"
down_revision = "0037"

_TABLES = ("estimates", "orders", "invoices", "credit_notes", "subscriptions")


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    run_sql(op, "refs", "0005_payers.sql")
    for table in _TABLES:
        op.add_column(table, sa.Column("for_client_id", sa.Uuid(), nullable=True))
        op.create_index(
            f"ix_{table}_for_client", table, ["tenant_id", "for_client_id", "created_at", "id"],
            postgresql_where=sa.text("for_client_id IS NOT NULL"),
        )  # fmt: skip
    op.add_column("invoices", sa.Column("for_client", postgresql.JSONB(), nullable=True))
