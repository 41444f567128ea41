"""What periods sold, replace and were paid; what of invoices was paid and credited."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import run_sql

revision = "0060"
down_revision = "0050"

# What was granted was paid, and replaced what was granted last before it.
_PAID = "update membership_periods set paid_at = granted_at where granted_at is not null"
_REPLACES = """
update membership_periods p set replaces_id = (
    select b.id from membership_periods b
     where b.tenant_id = p.tenant_id and b.membership_id = p.membership_id
       and b.number < p.number and b.granted_at is not null
     order by b.number desc limit 1
) where p.changes_on is not null
"""
_STARTED = """
update memberships set started_on = covered_from where covered_from <= current_date
"""


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    _periods()
    for name in ("total_minor", "paid_minor", "credited_minor"):
        op.add_column("heard_invoices", sa.Column(name, sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_bills_refused", "bills", ["tenant_id", "updated_at"],
        postgresql_where=sa.text("state = 'refused'"),
    )  # fmt: skip
    op.add_column("bills", sa.Column("amount_minor", sa.BigInteger(), nullable=True))
    op.add_column("memberships", sa.Column("started_on", sa.Date(), nullable=True))
    op.add_column("memberships", sa.Column("digest", sa.LargeBinary(), nullable=True))
    for query in (_PAID, _REPLACES, _STARTED):
        op.execute(query)
    run_sql(op, "memberships", "0060_refused.sql")


def _periods() -> None:
    package = sa.Computed("(terms ->> 'package_id')::uuid", persisted=True)
    op.add_column("membership_periods", sa.Column("package_id", sa.Uuid(), package, nullable=True))
    op.add_column("membership_periods", sa.Column("replaces_id", sa.Uuid(), nullable=True))
    op.add_column(
        "membership_periods", sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True)
    )
    # Some packages that periods were sold by may be gone already.
    op.create_foreign_key(
        "fk_membership_periods_package", "membership_periods", "packages",
        ["tenant_id", "package_id"], ["tenant_id", "id"], postgresql_not_valid=True,
    )  # fmt: skip
    op.create_index(
        "ix_membership_periods_package", "membership_periods", ["tenant_id", "package_id"]
    )
    op.create_index(
        "ix_membership_periods_refused", "membership_periods", ["tenant_id", "updated_at"],
        postgresql_where=sa.text("state = 'refused'"),
    )  # fmt: skip
