"""The steps that come again, and those that are being done for clients and tasks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0041"
down_revision = "0003"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    _templates()
    _checklists()
    op.add_column("tasks", sa.Column("checklist_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_tasks_checklist", "tasks", ["tenant_id", "checklist_id"],
        postgresql_where=sa.text("checklist_id IS NOT NULL"),
    )  # fmt: skip


def _templates() -> None:
    op.create_table(
        "checklist_templates",
        *_row(),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("folder_id", sa.Uuid(), nullable=True),
        sa.Column("status_id", sa.Uuid(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_checklist_templates")),
    )
    op.create_index(
        "ix_checklist_templates_updated", "checklist_templates", ["tenant_id", "updated_at", "id"]
    )
    op.create_index(
        "ix_checklist_templates_bound", "checklist_templates", ["tenant_id", "id"],
        postgresql_where=sa.text(
            "is_active AND (folder_id IS NOT NULL OR status_id IS NOT NULL)"
        ),
    )  # fmt: skip


def _checklists() -> None:
    op.create_table(
        "checklists",
        *_row(),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("checklist_template_id", sa.Uuid(), nullable=True),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("item_count", sa.Integer(), nullable=False),
        sa.Column("done_count", sa.Integer(), nullable=False),
        sa.Column("required_left", sa.Integer(), nullable=False),
        sa.Column("is_by_rule", sa.Boolean(), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_by", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_checklists")),
    )
    op.create_index(
        "ix_checklists_client", "checklists", ["tenant_id", "client_id", "created_at", "id"],
        postgresql_where=sa.text("client_id IS NOT NULL"),
    )  # fmt: skip
    op.create_index("ix_checklists_updated", "checklists", ["tenant_id", "updated_at", "id"])
    op.create_index("ix_checklists_created", "checklists", ["tenant_id", "created_at", "id"])
    op.create_index(
        "uq_checklists__by_rule", "checklists", ["tenant_id", "client_id", "checklist_template_id"],
        unique=True, postgresql_where=sa.text("is_by_rule AND state = 'open'"),
    )  # fmt: skip


def _row() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]
