"""Clients, folders and the timeline."""

from alembic import op

from chassis.folding import FOLD_COMPACT_SQL, FOLD_SQL
from chassis.migrations import execute_script, run_sql

revision = "0001"
down_revision = None


def upgrade() -> None:
    run_sql(op, "chassis", "0001_plumbing.sql")
    run_sql(op, "chassis", "0002_pgqueuer.sql")
    run_sql(op, "refs", "0001_people.sql")
    execute_script(op.get_bind(), f"{FOLD_SQL}; {FOLD_COMPACT_SQL}")
    run_sql(op, "clients", "0001_clients.sql")
