"""Who pays for a client."""

from alembic import op

from chassis.migrations import run_sql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run_sql(op, "clients", "0010_bill_to.sql")
