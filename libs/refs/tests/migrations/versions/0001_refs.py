"""Everything refs has, as in a service that follows both people and clients."""

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
    run_sql(op, "refs", "0001_people.sql")
    run_sql(op, "refs", "0001_clients.sql")
    run_sql(op, "refs", "0002_merged_clients.sql")
    run_sql(op, "refs", "0003_availability.sql")
    run_sql(op, "refs", "0004_credit.sql")
    run_sql(op, "refs", "0005_payers.sql")
