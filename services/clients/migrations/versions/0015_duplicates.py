"""Pairs of clients that are probably one."""

from alembic import op

from chassis.migrations import run_sql

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    run_sql(op, "clients", "0015_duplicates.sql")
