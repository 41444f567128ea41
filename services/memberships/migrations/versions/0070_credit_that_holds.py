"""Whose a part is, which charge a lot was given of, links that are no more, what waits for billing."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import run_sql

revision = "0070"
down_revision = "0060"

# What a part is of follows from where it is; released or reversed, from who knows its owner.
_KINDS = """
update credit_parts p set owner_kind = case
    when p.account = 'held' then 'hold'
    when p.account = 'used' then 'usage'
    when p.account = 'adjusted' then 'adjustment'
    when exists (select 1 from credit_usages u
                  where u.tenant_id = p.tenant_id and u.id = p.owner_id
                    and u.reversed_at is not null) then 'usage'
    else 'hold' end
"""


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.add_column("credit_parts", sa.Column("owner_kind", sa.Text()))
    op.execute(_KINDS)
    op.alter_column("credit_parts", "owner_kind", nullable=False)
    op.add_column("credit_lots", sa.Column("origin_lot_id", sa.Uuid()))
    op.create_index(
        "ix_credit_lots_origin", "credit_lots", ["tenant_id", "origin_lot_id"],
        postgresql_where=sa.text("origin_lot_id IS NOT NULL"),
    )  # fmt: skip
    op.create_table(
        "credit_ended_links",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_credit_ended_links")),
    )
    op.create_index(
        "ix_loyalty_redemptions_waiting", "loyalty_redemptions", ["updated_at", "tenant_id"],
        postgresql_where=sa.text("status IN ('pending', 'cancelling')"),
    )  # fmt: skip
    run_sql(op, "memberships", "0070_redemptions.sql")
