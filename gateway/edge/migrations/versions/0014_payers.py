"""Who pays for clients."""

from alembic import op

from chassis.migrations import run_sql

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    run_sql(op, "refs", "0005_payers.sql")
