"""What is remembered of clients and of access to folders, for the live stream."""

from alembic import op

from chassis.migrations import run_sql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    run_sql(op, "refs", "0001_places.sql")
    run_sql(op, "refs", "0001_clients.sql")
