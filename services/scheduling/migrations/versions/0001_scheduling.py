"""What is remembered of people and clients, actions, and how a company has it."""

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
    run_sql(op, "refs", "0004_credit.sql")
    run_sql(op, "refs", "0005_payers.sql")
    op.create_table(
        "actions",
        *_row(),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_actions")),
    )
    op.create_index("ix_actions_position", "actions", ["tenant_id", "position", "id"])
    op.create_index("ix_actions_updated", "actions", ["tenant_id", "updated_at", "id"])
    op.create_table(
        "action_starts",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_action_starts")),
    )
    op.create_table(
        "scheduling_settings",
        *_row(),
        sa.Column("appointment_minutes", sa.Integer(), nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_scheduling_settings")),
    )


def _row() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]
