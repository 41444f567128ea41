"""What clients may owe, and for how long."""

from alembic import op

from chassis.migrations import run_sql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    run_sql(op, "refs", "0004_credit.sql")
