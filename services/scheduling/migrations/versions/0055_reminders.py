"""By which rules somebody is reminded, of what, and what became of it; and quiet hours."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis.migrations import run_sql

revision = "0055"
down_revision = "0050"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    _settings()
    _rules()
    _reminders()
    run_sql(op, "scheduling", "0055_reminders.sql")


def _settings() -> None:
    for name in ("quiet_from", "quiet_to"):
        op.add_column("scheduling_settings", sa.Column(name, sa.Text(), nullable=True))
    op.add_column(
        "scheduling_settings",
        sa.Column("is_hijri_shown", sa.Boolean(), server_default="false", nullable=False),
    )


def _rules() -> None:
    op.create_table(
        "reminder_rules",
        *_row(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("linked_type", sa.Text(), nullable=True),
        sa.Column("action_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("sent_to", sa.Text(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=True),
        sa.Column("subject", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_reminder_rules")),
    )
    op.create_index(
        "ix_reminder_rules_updated", "reminder_rules", ["tenant_id", "updated_at", "id"]
    )


def _reminders() -> None:
    op.create_table(
        "reminders",
        *_row(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reminder_rule_id", sa.Uuid(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("recipient_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_reminders")),
    )
    op.create_index(
        "uq_reminders__pending", "reminders",
        ["tenant_id", "subject_id", "source", "recipient_id"], unique=True,
        postgresql_where=sa.text("state = 'pending'"),
    )  # fmt: skip
    for name, columns in (
        ("subject", ["tenant_id", "subject_id", "created_at", "id"]),
        ("client", ["tenant_id", "client_id", "due_at", "id"]),
        ("due", ["tenant_id", "due_at", "id"]),
        ("updated", ["tenant_id", "updated_at", "id"]),
    ):
        op.create_index(f"ix_reminders_{name}", "reminders", columns)
    for name, first, state in (
        ("to_send", "due_at", "pending"), ("sending", "updated_at", "sending"),
    ):  # fmt: skip
        op.create_index(
            f"ix_reminders_{name}", "reminders", [first, "tenant_id"],
            postgresql_where=sa.text(f"state = '{state}'"),
        )  # fmt: skip


def _row() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]
