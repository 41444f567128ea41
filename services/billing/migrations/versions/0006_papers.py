"""Who sold and who bought stays on an issued invoice, which is chained to the one before it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    for name in ("seller", "buyer"):
        op.add_column("invoices", sa.Column(name, postgresql.JSONB(astext_type=sa.Text())))
    op.add_column("invoices", sa.Column("chain_place", sa.BigInteger()))
    for name in ("content_hash", "previous_hash"):
        op.add_column("invoices", sa.Column(name, sa.Text()))
    op.create_index(
        "uq_invoices__chain", "invoices", ["tenant_id", "series_id", "chain_place"], unique=True,
        postgresql_where=sa.text("chain_place IS NOT NULL"),
    )  # fmt: skip
