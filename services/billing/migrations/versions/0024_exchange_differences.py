"""What payments are worth at home, and what is gained by it as they pay invoices."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

_ALLOCATED = ("payment_minor", "home_minor", "paid_home_minor", "difference_minor")


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    for name in ("exchange_rate", "exchange_rate_source", "home_currency"):
        op.add_column("payments", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("payments", sa.Column("exchange_rate_on", sa.Date(), nullable=True))
    op.add_column("payments", sa.Column("home_amount_minor", sa.BigInteger(), nullable=True))
    for table, names in (
        ("payments", ("home_allocated_minor",)), ("invoices", ("home_paid_minor",)),
        ("payment_allocations", _ALLOCATED),
    ):  # fmt: skip
        for name in names:
            op.add_column(table, sa.Column(
                name, sa.BigInteger(), nullable=False, server_default="0"
            ))  # fmt: skip
            op.alter_column(table, name, server_default=None)
    op.add_column(
        "payment_allocations",
        sa.Column("currency", sa.Text(), nullable=False, server_default=""),
    )
    op.alter_column("payment_allocations", "currency", server_default=None)
    # Until now all was paid in the invoice's currency, at the worth it was issued with.
    op.execute("""
update payment_allocations a
   set currency = i.currency, payment_minor = a.amount_minor,
       home_minor = case when i.total_minor = 0 then 0
           else coalesce(round(i.home_total_minor::numeric * a.amount_minor / i.total_minor), 0) end
  from invoices i where i.tenant_id = a.tenant_id and i.id = a.invoice_id
""")
    op.execute("""
update invoices i set home_paid_minor = a.home
  from (select tenant_id, invoice_id, sum(home_minor) as home
          from payment_allocations group by tenant_id, invoice_id) a
 where a.tenant_id = i.tenant_id and a.invoice_id = i.id
""")
    op.drop_constraint(op.f("ck_payment_allocations_amount"), "payment_allocations")
    op.create_check_constraint(
        op.f("ck_payment_allocations_amount"), "payment_allocations",
        "amount_minor > 0 AND payment_minor > 0",
    )  # fmt: skip
