"""Public forms and what was sent by them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis.migrations import run_sql

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "forms",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("fields", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("folder_id", sa.Uuid(), nullable=True),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("on_match", sa.Text(), nullable=False),
        sa.Column("min_seconds", sa.Integer(), nullable=False),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "folder_id"],
            ["folders.tenant_id", "folders.id"],
            name=op.f("fk_forms_tenant_id_folder_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_forms")),
        sa.UniqueConstraint("tenant_id", "name", name="uq_forms__name"),
    )
    op.create_index("ix_forms_key", "forms", ["key"])
    op.create_table(
        "form_submissions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("answers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("matched_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "form_id"],
            ["forms.tenant_id", "forms.id"],
            name=op.f("fk_form_submissions_tenant_id_form_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_form_submissions")),
    )
    op.create_index(
        "ix_form_submissions_form", "form_submissions",
        ["tenant_id", "form_id", "created_at", "id"],
    )  # fmt: skip
    run_sql(op, "clients", "0021_forms.sql")
