"""Payment providers, checkouts, and what goes back by a provider."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import run_sql

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.create_table(
        "payment_providers",
        *_own(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("publishable_key", sa.Text(), nullable=False),
        sa.Column("sealed_secret_key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_webhook_secret", sa.LargeBinary(), nullable=True),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_payment_providers")),
    )
    op.create_index(
        "ix_payment_providers_created", "payment_providers", ["tenant_id", "created_at", "id"]
    )
    _payments()
    _checkouts()
    run_sql(op, "billing", "0010_checkouts.sql")


def _payments() -> None:
    op.add_column(
        "payments",
        sa.Column("refunding_minor", sa.BigInteger(), server_default="0", nullable=False),
    )
    op.alter_column("payments", "refunding_minor", server_default=None)
    op.add_column("payments", sa.Column("payment_provider_id", sa.Uuid(), nullable=True))
    op.create_check_constraint(
        op.f("ck_payments_refunding"), "payments",
        "refunding_minor >= 0 AND refunded_minor + refunding_minor + drawn_minor <= amount_minor",
    )  # fmt: skip
    op.create_foreign_key(
        "fk_payments_payment_provider", "payments", "payment_providers",
        ["tenant_id", "payment_provider_id"], ["tenant_id", "id"],
    )  # fmt: skip
    op.create_index(
        "ix_payments_payment_provider", "payments", ["tenant_id", "payment_provider_id"],
        postgresql_where=sa.text("payment_provider_id IS NOT NULL"),
    )  # fmt: skip
    op.add_column(
        "refunds", sa.Column("status", sa.Text(), server_default="succeeded", nullable=False)
    )  # fmt: skip
    op.alter_column("refunds", "status", server_default=None)
    op.add_column("refunds", sa.Column("provider_refund_id", sa.Text(), nullable=True))
    op.add_column("refunds", sa.Column("failure_code", sa.Text(), nullable=True))
    op.create_index(
        "uq_refunds__provider_refund_id", "refunds", ["tenant_id", "provider_refund_id"],
        unique=True, postgresql_where=sa.text("provider_refund_id IS NOT NULL"),
    )  # fmt: skip
    op.create_index(
        "ix_refunds_pending", "refunds", ["tenant_id", "id"],
        postgresql_where=sa.text("status = 'pending'"),
    )  # fmt: skip


def _checkouts() -> None:
    op.create_table(
        "checkouts",
        *_own(),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("payment_provider_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("intent_id", sa.Text(), nullable=True),
        sa.Column("failure_code", sa.Text(), nullable=True),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("dispute_id", sa.Text(), nullable=True),
        sa.Column("dispute_status", sa.Text(), nullable=True),
        sa.Column("dispute_reason", sa.Text(), nullable=True),
        sa.Column("disputed_minor", sa.BigInteger(), nullable=True),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_checkouts_amount")),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", f"{one}_id"], [f"{one}s.tenant_id", f"{one}s.id"],
                name=f"fk_checkouts_{one}",
            )
            for one in ("invoice", "payment_provider", "payment")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_checkouts")),
    )  # fmt: skip
    for name, *columns in (
        ("invoice", "invoice_id", "created_at", "id"), ("client", "client_id", "created_at", "id"),
        ("created", "created_at", "id"),
    ):  # fmt: skip
        op.create_index(f"ix_checkouts_{name}", "checkouts", ["tenant_id", *columns])
    op.create_index(
        "uq_checkouts__open", "checkouts", ["tenant_id", "invoice_id"], unique=True,
        postgresql_where=sa.text("status IN ('requires_payment', 'processing', 'failed')"),
    )  # fmt: skip
    op.create_index(
        "uq_checkouts__intent", "checkouts", ["tenant_id", "payment_provider_id", "intent_id"],
        unique=True, postgresql_where=sa.text("intent_id IS NOT NULL"),
    )  # fmt: skip
    op.create_index(
        "ix_checkouts_payment", "checkouts", ["tenant_id", "payment_id"],
        postgresql_where=sa.text("payment_id IS NOT NULL"),
    )  # fmt: skip
    op.create_index(
        "ix_checkouts_next_check", "checkouts", ["next_check_at", "tenant_id"],
        postgresql_where=sa.text("next_check_at IS NOT NULL"),
    )  # fmt: skip


def _own() -> list[sa.Column]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]
