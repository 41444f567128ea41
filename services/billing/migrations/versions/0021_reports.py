"""What reports read: open invoices and what is left of payments by index, documents by lines."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import run_sql

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.drop_index("ix_invoices_owed", table_name="invoices")
    op.create_index(
        "ix_invoices_owed", "invoices", ["tenant_id", "client_id", "due_date", "id"],
        postgresql_where=sa.text("status IN ('issued', 'partially_paid')"),
        postgresql_include=[
            "currency", "total_minor", "paid_minor", "credited_minor", "written_off_minor",
            "home_currency", "home_total_minor", "branch_id", "salesperson_id", "created_by",
        ],
    )  # fmt: skip
    op.create_index(
        "ix_payments_left", "payments", ["tenant_id", "client_id", "id"],
        postgresql_where=sa.text(
            "status <> 'bounced'"
            " AND amount_minor > allocated_minor + refunded_minor + drawn_minor"
        ),
    )  # fmt: skip
    run_sql(op, "billing", "0009_reports.sql")
