"""When clients want to be contacted, and which messages wait for that."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import run_sql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    run_sql(op, "refs", "0003_availability.sql")
    op.add_column(
        "messages",
        sa.Column("is_unattended", sa.Boolean(), server_default="false", nullable=False),
    )
