"""Exchange rates, and what issued invoices are worth at home."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.create_table(
        "exchange_rates",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("home_currency", sa.Text(), nullable=False),
        sa.Column("rate_date", sa.Date(), nullable=False),
        sa.Column("rate", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_exchange_rates")),
    )
    op.create_index(
        "uq_exchange_rates__day", "exchange_rates",
        ["tenant_id", "home_currency", "currency", "rate_date"], unique=True,
    )  # fmt: skip
    op.create_index(
        "ix_exchange_rates_updated", "exchange_rates", ["tenant_id", "updated_at", "id"]
    )
    op.create_index("ix_exchange_rates_date", "exchange_rates", ["tenant_id", "rate_date", "id"])
    op.add_column("invoices", sa.Column("exchange_rate", sa.Text(), nullable=True))
    op.add_column("invoices", sa.Column("exchange_rate_source", sa.Text(), nullable=True))
    op.add_column("invoices", sa.Column("exchange_rate_on", sa.Date(), nullable=True))
    op.add_column("invoices", sa.Column("home_currency", sa.Text(), nullable=True))
    op.add_column("invoices", sa.Column("home_total_minor", sa.BigInteger(), nullable=True))
    op.add_column("invoices", sa.Column("home_tax_minor", sa.BigInteger(), nullable=True))
