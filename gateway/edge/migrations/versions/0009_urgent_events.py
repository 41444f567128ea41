"""Events that overtake others in the outbox."""

from alembic import op

from chassis.migrations import run_sql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    run_sql(op, "chassis", "0004_urgent_events.sql")
