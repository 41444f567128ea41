"""Merged clients."""

from alembic import op

from chassis.migrations import run_sql

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    run_sql(op, "clients", "0012_merges.sql")
