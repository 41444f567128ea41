"""Subscriptions, and which period an invoice bills."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis.migrations import run_sql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.create_table(
        "subscriptions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("interval_count", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("anchor_day", sa.Integer(), nullable=True),
        sa.Column("first_period", sa.Text(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("occurrences", sa.Integer(), nullable=True),
        sa.Column("billed", sa.Integer(), nullable=False),
        sa.Column("next_place", sa.Integer(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("is_issued", sa.Boolean(), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("lines", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("discount", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("shipping_minor", sa.BigInteger(), nullable=False),
        sa.Column("tax_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("payment_terms", sa.Text(), nullable=True),
        sa.Column("salesperson_id", sa.Uuid(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("terms", sa.Text(), nullable=True),
        sa.Column("branch_id", sa.Uuid(), nullable=True),
        sa.Column("work_cycle_id", sa.Uuid(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("problem", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "branch_id"],
            ["branches.tenant_id", "branches.id"],
            name="fk_subscriptions_branch",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_subscriptions")),
    )
    op.create_index(
        "ix_subscriptions_branch",
        "subscriptions",
        ["tenant_id", "branch_id"],
        unique=False,
        postgresql_where=sa.text("branch_id IS NOT NULL"),
    )
    op.create_index(
        "ix_subscriptions_client",
        "subscriptions",
        ["tenant_id", "client_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_subscriptions_created", "subscriptions", ["tenant_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "ix_subscriptions_due",
        "subscriptions",
        ["tenant_id", "next_on", "id"],
        unique=False,
        postgresql_where=sa.text("next_on IS NOT NULL AND NOT is_paused"),
    )
    op.create_index(
        "ix_subscriptions_updated", "subscriptions", ["tenant_id", "updated_at", "id"], unique=False
    )
    op.create_index(
        "uq_subscriptions__external_id",
        "subscriptions",
        ["tenant_id", "external_id"],
        unique=True,
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.add_column("invoices", sa.Column("subscription_id", sa.Uuid(), nullable=True))
    op.add_column("invoices", sa.Column("period_from", sa.Date(), nullable=True))
    op.add_column("invoices", sa.Column("period_to", sa.Date(), nullable=True))
    op.create_index(
        "uq_invoices__period",
        "invoices",
        ["tenant_id", "subscription_id", "period_from"],
        unique=True,
        postgresql_where=sa.text("subscription_id IS NOT NULL"),
    )
    op.create_foreign_key(
        "fk_invoices_subscription",
        "invoices",
        "subscriptions",
        ["tenant_id", "subscription_id"],
        ["tenant_id", "id"],
    )
    run_sql(op, "billing", "0003_subscriptions.sql")
