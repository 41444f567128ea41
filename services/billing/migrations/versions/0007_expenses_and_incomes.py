"""Expenses and incomes, and their categories."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.create_table(
        "entry_categories",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_entry_categories")),
    )  # fmt: skip
    op.create_index(
        "ix_entry_categories_updated", "entry_categories", ["tenant_id", "updated_at", "id"]
    )
    op.create_table(
        "book_entries",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("entry_date", sa.Date(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("net_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("rounding_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_id", sa.Uuid(), nullable=True),
        sa.Column("tax", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("entry_category_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("method", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("branch_id", sa.Uuid(), nullable=True),
        sa.Column("work_cycle_id", sa.Uuid(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "entry_category_id"],
            ["entry_categories.tenant_id", "entry_categories.id"], name="fk_book_entries_category",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "branch_id"], ["branches.tenant_id", "branches.id"],
            name="fk_book_entries_branch",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_book_entries")),
    )  # fmt: skip
    for name, column in (
        ("date", "entry_date"),
        ("created", "created_at"),
        ("updated", "updated_at"),
    ):
        op.create_index(
            f"ix_book_entries_{name}", "book_entries", ["tenant_id", "kind", column, "id"]
        )
    for name, column in (
        ("client", "client_id"), ("category", "entry_category_id"), ("branch", "branch_id"),
        ("work_cycle", "work_cycle_id"),
    ):  # fmt: skip
        op.create_index(
            f"ix_book_entries_{name}", "book_entries", ["tenant_id", column, "entry_date"],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )  # fmt: skip
    op.create_index(
        "uq_book_entries__external_id", "book_entries", ["tenant_id", "kind", "external_id"],
        unique=True, postgresql_where=sa.text("external_id IS NOT NULL"),
    )  # fmt: skip
