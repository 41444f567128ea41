"""Styles of paper, logos, and which style a document has."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.create_table(
        "paper_templates", *_resource(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("accent_color", sa.Text(), nullable=True),
        sa.Column("shows_logo", sa.Boolean(), nullable=False),
        sa.Column("header", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("footer", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("shows_hijri", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_paper_templates")),
    )  # fmt: skip
    op.create_index(
        "uq_paper_templates__default", "paper_templates",
        ["tenant_id", "kind"], unique=True, postgresql_where=sa.text("is_default"),
        postgresql_nulls_not_distinct=True,
    )  # fmt: skip
    op.create_table(
        "logos", *_resource(),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_logos")),
    )  # fmt: skip
    for table in ("invoices", "estimates", "orders", "credit_notes"):
        op.add_column(table, sa.Column("template_id", sa.Uuid(), nullable=True))
        op.create_foreign_key(
            f"fk_{table}_template", table, "paper_templates",
            ["tenant_id", "template_id"], ["tenant_id", "id"],
        )  # fmt: skip
        op.create_index(
            f"ix_{table}_template", table, ["tenant_id", "template_id"],
            postgresql_where=sa.text("template_id IS NOT NULL"),
        )  # fmt: skip


def _resource() -> list[sa.Column]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]
