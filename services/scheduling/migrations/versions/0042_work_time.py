"""Who worked when, for whom, and on which invoice that is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis.migrations import run_sql

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    _entries()
    _invoices()
    run_sql(op, "scheduling", "0042_work_time.sql")


def _entries() -> None:
    op.create_table(
        "time_entries",
        *_row(),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("work_cycle_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("is_billable", sa.Boolean(), nullable=False),
        sa.Column("rate_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("time_invoice_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_time_entries")),
    )
    op.create_index(
        "uq_time_entries__running", "time_entries", ["tenant_id", "user_id"], unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )  # fmt: skip
    op.create_index("ix_time_entries_started", "time_entries", ["tenant_id", "started_at", "id"])
    op.create_index("ix_time_entries_updated", "time_entries", ["tenant_id", "updated_at", "id"])
    op.create_index(
        "ix_time_entries_user", "time_entries", ["tenant_id", "user_id", "started_at", "id"]
    )
    for name, column in (
        ("client", "client_id"), ("task", "task_id"), ("work_cycle", "work_cycle_id"),
        ("invoice", "time_invoice_id"),
    ):  # fmt: skip
        op.create_index(
            f"ix_time_entries_{name}", "time_entries", ["tenant_id", column, "started_at", "id"],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )  # fmt: skip


def _invoices() -> None:
    op.create_table(
        "time_invoices",
        *_row(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("entry_count", sa.Integer(), nullable=False),
        sa.Column("request", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("problem", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_time_invoices")),
    )
    op.create_index(
        "ix_time_invoices_client", "time_invoices", ["tenant_id", "client_id", "created_at", "id"]
    )
    op.create_index("ix_time_invoices_created", "time_invoices", ["tenant_id", "created_at", "id"])
    op.create_index(
        "ix_time_invoices_invoice", "time_invoices", ["tenant_id", "invoice_id"],
        postgresql_where=sa.text("invoice_id IS NOT NULL"),
    )  # fmt: skip
    op.create_index(
        "ix_time_invoices_pending", "time_invoices", ["updated_at", "tenant_id"],
        postgresql_where=sa.text("state = 'pending'"),
    )  # fmt: skip


def _row() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]
