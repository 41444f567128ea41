"""Whether a company issues e-invoices, and the codes of why no tax is due."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.add_column("taxes", sa.Column("exemption_code", sa.Text(), nullable=True))
    op.add_column(
        "billing_settings",
        sa.Column("is_e_invoicing", sa.Boolean(), server_default="false", nullable=False),
    )
    op.alter_column("billing_settings", "is_e_invoicing", server_default=None)
