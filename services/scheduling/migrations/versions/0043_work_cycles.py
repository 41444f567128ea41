"""Kinds of work, the jobs of clients, and which money moves for them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0043"
down_revision = "0021"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    _types()
    _cycles()
    _documents()
    op.add_column("tasks", sa.Column("work_cycle_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_tasks_work_cycle", "tasks", ["tenant_id", "work_cycle_id"],
        postgresql_where=sa.text("work_cycle_id IS NOT NULL"),
    )  # fmt: skip


def _types() -> None:
    op.create_table(
        "work_cycle_types",
        *_row(),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("statuses", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("action_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("custom_fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("budget_from", sa.Text(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_work_cycle_types")),
    )
    for name in ("created", "updated"):
        op.create_index(
            f"ix_work_cycle_types_{name}", "work_cycle_types", ["tenant_id", f"{name}_at", "id"]
        )


def _cycles() -> None:
    op.create_table(
        "work_cycles",
        *_row(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("work_cycle_type_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("status_id", sa.Uuid(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("action_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("budget_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("staff_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("custom_fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "work_cycle_type_id"], ["work_cycle_types.tenant_id", "work_cycle_types.id"],
            name="fk_work_cycles_type",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "action_id"], ["actions.tenant_id", "actions.id"],
            name="fk_work_cycles_action",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_work_cycles")),
    )  # fmt: skip
    op.create_index(
        "ix_work_cycles_client", "work_cycles", ["tenant_id", "client_id", "created_at", "id"]
    )
    op.create_index(
        "ix_work_cycles_type", "work_cycles", ["tenant_id", "work_cycle_type_id", "status_id", "id"]
    )
    for name in ("created", "updated"):
        op.create_index(
            f"ix_work_cycles_{name}", "work_cycles", ["tenant_id", f"{name}_at", "id"]
        )  # fmt: skip
    op.create_index(
        "uq_work_cycles__number",
        "work_cycles",
        ["tenant_id", "work_cycle_type_id", "number"],
        unique=True,
    )


def _documents() -> None:
    op.create_table(
        "work_cycle_documents",
        *_row(),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("work_cycle_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_work_cycle_documents")),
    )
    op.create_index(
        "ix_work_cycle_documents_cycle", "work_cycle_documents", ["tenant_id", "work_cycle_id"],
        postgresql_where=sa.text("work_cycle_id IS NOT NULL"),
    )  # fmt: skip


def _row() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]
