"""Rules by which clients are reminded of what they owe, and the reminders that there were."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import run_sql

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.create_table(
        "dunning_rules",
        *_own(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("is_mailed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_dunning_rules")),
    )
    op.create_table(
        "invoice_reminders",
        *_own(),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("dunning_rule_id", sa.Uuid(), nullable=False),
        sa.Column("rule_name", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.Column("is_mailed", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("mail_failure", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "invoice_id"], ["invoices.tenant_id", "invoices.id"],
            name="fk_invoice_reminders_invoice",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_invoice_reminders")),
        sa.UniqueConstraint(
            "tenant_id", "invoice_id", "dunning_rule_id", name="uq_invoice_reminders__rule"
        ),
    )  # fmt: skip
    _indexes()
    run_sql(op, "billing", "0011_dunning.sql")


def _indexes() -> None:
    """What is open is looked for by its due date too: by the index that reports read alone."""
    is_open = sa.text("status IN ('issued', 'partially_paid')")
    op.drop_index("ix_invoices_owed", table_name="invoices")
    op.create_index(
        "ix_invoices_owed", "invoices", ["tenant_id", "client_id", "due_date", "id"],
        postgresql_where=is_open,
    )  # fmt: skip
    op.create_index(
        "ix_invoices_due", "invoices", ["tenant_id", "due_date", "id"], postgresql_where=is_open,
        postgresql_include=[
            "client_id", "currency", "total_minor", "paid_minor", "credited_minor",
            "written_off_minor", "home_currency", "home_total_minor", "branch_id",
            "salesperson_id", "created_by",
        ],
    )  # fmt: skip


def _own() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]
