"""Follow-ups, and which tasks stand for what clients says is due."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis.migrations import run_sql

revision = "0050"
down_revision = "0060"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    _follow_ups()
    _indexes()
    _due()
    run_sql(op, "scheduling", "0050_follow_ups.sql")


def _follow_ups() -> None:
    op.create_table(
        "follow_ups",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("status_id", sa.Uuid(), nullable=True),
        sa.Column("pinned_status_id", sa.Uuid(), nullable=True),
        sa.Column("follow_up_status_id", sa.Uuid(), nullable=True),
        sa.Column("action_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("staff_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("rights", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("problem", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "action_id"],
            ["actions.tenant_id", "actions.id"],
            name="fk_follow_ups_action",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_follow_ups")),
    )


def _indexes() -> None:
    op.create_index(
        "ix_follow_ups_client", "follow_ups", ["tenant_id", "client_id", "created_at", "id"]
    )
    op.create_index("ix_follow_ups_created", "follow_ups", ["tenant_id", "created_at", "id"])
    op.create_index("ix_follow_ups_updated", "follow_ups", ["tenant_id", "updated_at", "id"])
    op.create_index(
        "ix_follow_ups_at", "follow_ups", ["tenant_id", "at", "id"],
        postgresql_where=sa.text("at IS NOT NULL"),
    )  # fmt: skip
    for name in ("action", "appointment"):
        op.create_index(
            f"ix_follow_ups_{name}", "follow_ups", ["tenant_id", f"{name}_id"],
            postgresql_where=sa.text(f"{name}_id IS NOT NULL"),
        )  # fmt: skip
    op.create_index(
        "ix_follow_ups_pending", "follow_ups", ["updated_at", "tenant_id"],
        postgresql_where=sa.text("state = 'pending'"),
    )  # fmt: skip


def _due() -> None:
    op.create_table(
        "due_follow_ups",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "client_id", "field", name=op.f("pk_due_follow_ups")),
    )
