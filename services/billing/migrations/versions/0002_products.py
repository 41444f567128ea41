"""Products and services."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis.folding import FOLD_COMPACT_SQL, FOLD_SQL
from chassis.migrations import execute_script, run_sql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    execute_script(op.get_bind(), f"{FOLD_SQL}; {FOLD_COMPACT_SQL}")
    run_sql(op, "billing", "0001_products.sql")
    op.create_table(
        "products",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("description", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=True),
        sa.Column("sku_key", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("prices", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tax_id", sa.Uuid(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column(
            "folded",
            sa.Text(),
            sa.Computed("product_text(name, description, sku)", persisted=True),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "tax_id"], ["taxes.tenant_id", "taxes.id"], name="fk_products_tax"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_products")),
    )
    op.create_index(
        "uq_products__sku", "products", ["tenant_id", "sku_key"], unique=True,
        postgresql_where=sa.text("sku_key IS NOT NULL"),
    )  # fmt: skip
    op.create_index(
        "uq_products__external_id", "products", ["tenant_id", "external_id"], unique=True,
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )  # fmt: skip
    op.create_index("ix_products_updated", "products", ["tenant_id", "updated_at", "id"])
    op.create_index("ix_products_created", "products", ["tenant_id", "created_at", "id"])
    op.create_index(
        "ix_products_tax", "products", ["tenant_id", "tax_id"],
        postgresql_where=sa.text("tax_id IS NOT NULL"),
    )  # fmt: skip
    op.create_index(
        "ix_products_search", "products", ["tenant_id", "folded"], postgresql_using="gin",
        postgresql_ops={"folded": "gin_trgm_ops"},
    )  # fmt: skip
    run_sql(op, "billing", "0002_tenant_products.sql")
