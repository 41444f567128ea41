"""What a client is known by exactly, and who else is known by the same."""

from alembic import op

from chassis.migrations import run_sql

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    run_sql(op, "clients", "0030_client_keys.sql")
