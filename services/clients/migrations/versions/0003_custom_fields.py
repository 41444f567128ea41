"""Custom fields."""

from alembic import op

from chassis.migrations import run_sql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run_sql(op, "clients", "0003_custom_fields.sql")
