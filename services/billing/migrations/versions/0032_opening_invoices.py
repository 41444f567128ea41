"""Invoices of the system before that were open, and whose the rows of an import are."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.add_column("invoices", sa.Column("original_total_minor", sa.BigInteger(), nullable=True))
    op.create_index(
        "uq_invoices__opening_invoice", "invoices",
        ["tenant_id", "client_id", "number", "issue_date"],
        unique=True, postgresql_where=sa.text("type = 'opening_invoice' AND status <> 'void'"),
    )  # fmt: skip
    op.add_column("import_rows", sa.Column("client_id", sa.Uuid(), nullable=True))
