"""Whom an audit entry is about, and the order in which all services' entries are read."""

from alembic import op

from chassis.migrations import run_sql

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    run_sql(op, "chassis", "0003_audit_clients.sql")
