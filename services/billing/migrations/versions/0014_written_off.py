"""What is credited and written off of invoices."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    for name in ("credited_minor", "written_off_minor"):
        op.add_column(
            "invoices", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
        )
        op.alter_column("invoices", name, server_default=None)
    op.drop_constraint(op.f("ck_invoices_paid"), "invoices")
    op.create_check_constraint(
        op.f("ck_invoices_left"), "invoices",
        "paid_minor >= 0 AND credited_minor >= 0 AND written_off_minor >= 0"
        " AND paid_minor + credited_minor + written_off_minor <= total_minor",
    )  # fmt: skip
