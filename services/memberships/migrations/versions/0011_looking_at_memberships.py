"""Which companies have memberships to look at."""

from alembic import op

from chassis.migrations import run_sql

revision = "0011"
down_revision = "0020"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    run_sql(op, "memberships", "0010_memberships.sql")
