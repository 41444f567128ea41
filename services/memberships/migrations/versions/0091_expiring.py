"""How long before its renewal date a membership is told to be expiring, and of which it was."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import run_sql

revision = "0091"
down_revision = "0090"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.add_column(
        "membership_settings",
        sa.Column("expiring_days", sa.Integer(), nullable=False, server_default="7"),
    )
    op.alter_column("membership_settings", "expiring_days", server_default=None)
    op.add_column("memberships", sa.Column("expiring_told_for", sa.Date(), nullable=True))
    run_sql(op, "memberships", "0091_expiring.sql")
