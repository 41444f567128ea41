"""Notifications that are counted up while they are unread."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("notifications", sa.Column("kind", sa.Text(), nullable=True))
    op.add_column(
        "notifications", sa.Column("count", sa.Integer(), server_default="1", nullable=False)
    )
