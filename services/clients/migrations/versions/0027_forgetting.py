"""Who was forgotten for good."""

from alembic import op

from chassis.migrations import run_sql

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    run_sql(op, "chassis", "0005_forgetting.sql")
