"""What may still be credited of the lines of an invoice."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.add_column(
        "invoices", sa.Column("lines_left", postgresql.JSONB(astext_type=sa.Text()), nullable=True)
    )
