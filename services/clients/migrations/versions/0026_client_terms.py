"""What else is known of a client: credit, opening balance, how invoices are sent, barcode."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import run_sql

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    for name in ("credit_limit", "opening_balance", "invoicing_method", "barcode"):
        op.add_column("clients", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("clients", sa.Column("credit_days", sa.Integer(), nullable=True))
    op.create_index(
        "ix_clients_barcode", "clients", ["tenant_id", "barcode"],
        postgresql_where=sa.text("barcode IS NOT NULL"),
    )  # fmt: skip
    run_sql(op, "clients", "0026_client_terms.sql")
