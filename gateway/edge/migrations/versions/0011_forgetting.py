"""Who was forgotten for good, and who may have clients erased."""

from alembic import op

from chassis.migrations import run_sql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    run_sql(op, "chassis", "0005_forgetting.sql")
    op.execute(
        "UPDATE roles SET permissions = array_append(permissions, 'clients:erase'),"
        " version = version + 1, updated_at = now()"
        " WHERE builtin IN ('owner', 'admin') AND NOT 'clients:erase' = ANY (permissions)"
    )
