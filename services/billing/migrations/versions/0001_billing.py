"""What is remembered of people and clients, and taxes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis.migrations import run_sql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    run_sql(op, "chassis", "0001_plumbing.sql")
    run_sql(op, "chassis", "0002_pgqueuer.sql")
    run_sql(op, "chassis", "0003_audit_clients.sql")
    run_sql(op, "chassis", "0004_urgent_events.sql")
    run_sql(op, "chassis", "0005_forgetting.sql")
    run_sql(op, "refs", "0001_people.sql")
    run_sql(op, "refs", "0001_clients.sql")
    run_sql(op, "refs", "0002_merged_clients.sql")
    run_sql(op, "refs", "0003_availability.sql")
    op.create_table(
        "tax_starts",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_tax_starts")),
    )
    op.create_table(
        "taxes",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rate", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("exemption_reason", sa.Text(), nullable=True),
        sa.Column("is_inclusive", sa.Boolean(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_taxes")),
    )
    op.create_index("ix_taxes_updated", "taxes", ["tenant_id", "updated_at", "id"], unique=False)
