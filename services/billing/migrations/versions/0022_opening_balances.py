"""What clients owed, and had left, before their company came here."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.create_table(
        "opening_balances",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard", sa.Integer(), nullable=False),
        sa.Column("balance", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_opening_balances")),
    )
    op.add_column("invoices", sa.Column("type", sa.Text(), nullable=True))
    op.create_index(
        "uq_invoices__opening_balance", "invoices", ["tenant_id", "client_id", "currency"],
        unique=True, postgresql_where=sa.text("type = 'opening_balance'"),
    )  # fmt: skip
    op.create_index(
        "uq_payments__opening_balance", "payments", ["tenant_id", "client_id", "currency"],
        unique=True, postgresql_where=sa.text("method = 'opening_balance'"),
    )  # fmt: skip
