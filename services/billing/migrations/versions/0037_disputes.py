"""What the payer's bank took back of a payment goes back as a refund does."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.add_column("refunds", sa.Column("dispute_reason", sa.Text(), nullable=True))
