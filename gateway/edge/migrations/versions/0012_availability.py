"""When clients want to be contacted."""

from alembic import op

from chassis.migrations import run_sql

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    run_sql(op, "refs", "0003_availability.sql")
