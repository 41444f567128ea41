"""find the newest of what is owed, and its sums, by the few that are open."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    is_open = sa.text("status IN ('issued', 'partially_paid')")
    op.create_index(
        "ix_invoices_owed_created", "invoices", ["tenant_id", "created_at", "id", "issue_date"],
        postgresql_where=is_open,
    )  # fmt: skip
    op.drop_index("ix_invoices_due", table_name="invoices")
    op.create_index(
        "ix_invoices_due", "invoices", ["tenant_id", "due_date", "id"], postgresql_where=is_open,
        postgresql_include=[
            "client_id", "currency", "total_minor", "paid_minor", "credited_minor",
            "written_off_minor", "home_currency", "home_total_minor", "branch_id",
            "salesperson_id", "created_by", "status", "issue_date", "due_days",
        ],
    )  # fmt: skip
