"""The mails by which links of estimates went out."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.add_column("estimates", sa.Column("message_id", sa.Uuid(), nullable=True))
    op.add_column("estimates", sa.Column("mail_failure", sa.Text(), nullable=True))
