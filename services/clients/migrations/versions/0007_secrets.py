"""Sensitive values, sealed."""

from alembic import op

from chassis.migrations import run_sql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    run_sql(op, "clients", "0007_secrets.sql")
