"""What changes a period of a subscription that was billed: more is billed, or some is credited."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.add_column("invoices", sa.Column("adjusts_id", sa.Uuid(), nullable=True))
    op.add_column("credit_notes", sa.Column("subscription_id", sa.Uuid(), nullable=True))
    op.drop_index("uq_invoices__period", "invoices")
    op.create_index(
        "uq_invoices__period", "invoices", ["tenant_id", "subscription_id", "period_from"],
        unique=True,
        postgresql_where=sa.text("subscription_id IS NOT NULL AND adjusts_id IS NULL"),
    )  # fmt: skip
    op.create_index(
        "ix_invoices_adjusts", "invoices", ["tenant_id", "subscription_id", "period_to"],
        postgresql_where=sa.text("adjusts_id IS NOT NULL"),
    )  # fmt: skip
