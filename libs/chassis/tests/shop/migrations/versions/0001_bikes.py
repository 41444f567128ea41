"""Plumbing and bicycles."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import run_sql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forward."""
    run_sql(op, "chassis", "0001_plumbing.sql")
    run_sql(op, "chassis", "0002_pgqueuer.sql")
    run_sql(op, "chassis", "0003_audit_clients.sql")
    run_sql(op, "chassis", "0004_urgent_events.sql")
    run_sql(op, "chassis", "0005_forgetting.sql")
    op.create_table(
        "bikes",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("frame_number", sa.Text()),
        sa.Column("price", sa.Numeric()),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_bikes"),
        sa.UniqueConstraint("tenant_id", "frame_number", name="uq_bikes__frame_number"),
    )
