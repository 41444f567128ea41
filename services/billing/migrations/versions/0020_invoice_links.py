"""Links by which clients see their invoices."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import run_sql

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    for name in ("sent_at", "viewed_at", "last_viewed_at", "link_expires_at"):
        op.add_column("invoices", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "invoices", sa.Column("views", sa.Integer(), server_default="0", nullable=False)
    )  # fmt: skip
    op.alter_column("invoices", "views", server_default=None)
    op.add_column("invoices", sa.Column("link_hash", sa.LargeBinary(), nullable=True))
    op.add_column("invoices", sa.Column("message_id", sa.Uuid(), nullable=True))
    op.add_column("invoices", sa.Column("mail_failure", sa.Text(), nullable=True))
    op.create_index(
        "ix_invoices_link", "invoices", ["link_hash"], unique=True,
        postgresql_where=sa.text("link_hash IS NOT NULL"),
    )  # fmt: skip
    run_sql(op, "billing", "0008_invoice_links.sql")
