"""The chassis's own tables, and one for effects to be counted in."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import run_sql

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_sql(op, "chassis", "0001_plumbing.sql")
    run_sql(op, "chassis", "0002_pgqueuer.sql")
    run_sql(op, "chassis", "0003_audit_clients.sql")
    run_sql(op, "chassis", "0004_urgent_events.sql")
    run_sql(op, "chassis", "0005_forgetting.sql")
    op.create_table(
        "effects",
        sa.Column("tenant_id", sa.Uuid, primary_key=True),
        sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
        sa.Column("what", sa.Text, nullable=False),
    )
