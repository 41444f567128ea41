"""Rows about merged clients are found by their survivor."""

from alembic import op

from chassis.migrations import run_sql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    run_sql(op, "refs", "0002_merged_clients.sql")
