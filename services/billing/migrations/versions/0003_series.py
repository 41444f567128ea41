"""Branches, and the series by which documents are numbered."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.create_table(
        "branches",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("address", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("vat_number", sa.Text(), nullable=True),
        sa.Column("registration_number", sa.Text(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_branches")),
    )
    op.create_index(
        "uq_branches__code", "branches", ["tenant_id", "code"], unique=True,
        postgresql_where=sa.text("code IS NOT NULL"),
    )  # fmt: skip
    op.create_index("ix_branches_updated", "branches", ["tenant_id", "updated_at", "id"])
    op.create_table(
        "series",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document_type", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=True),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("digits", sa.Integer(), nullable=False),
        sa.Column("first_number", sa.BigInteger(), nullable=False),
        sa.Column("next_number", sa.BigInteger(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "branch_id"],
            ["branches.tenant_id", "branches.id"],
            name="fk_series_branch",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_series")),
        sa.UniqueConstraint("tenant_id", "document_type", "prefix", name="uq_series__prefix"),
    )
    op.create_index(
        "uq_series__current", "series", ["tenant_id", "document_type", "branch_id"], unique=True,
        postgresql_where=sa.text("is_current"), postgresql_nulls_not_distinct=True,
    )  # fmt: skip
    op.create_index(
        "ix_series_branch", "series", ["tenant_id", "branch_id"],
        postgresql_where=sa.text("branch_id IS NOT NULL"),
    )  # fmt: skip
    op.create_index("ix_series_updated", "series", ["tenant_id", "updated_at", "id"])
