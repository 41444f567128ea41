"""Payments, and the ledger; what is paid of invoices."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import run_sql

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.add_column(
        "invoices", sa.Column("paid_minor", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.alter_column("invoices", "paid_minor", server_default=None)
    op.create_check_constraint(
        op.f("ck_invoices_paid"), "invoices", "paid_minor BETWEEN 0 AND total_minor"
    )
    op.create_index(
        "ix_invoices_owed", "invoices", ["tenant_id", "client_id", "due_date", "id"],
        postgresql_where=sa.text("status IN ('issued', 'partially_paid')"),
    )  # fmt: skip
    _ledger()
    _payments()
    _parts()
    run_sql(op, "billing", "0004_ledger.sql")


def _ledger() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("document_type", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint("tenant_id", "cause", "place", name="uq_ledger_entries__cause"),
    )
    for name, *columns in (
        ("at", "at", "id"), ("client", "client_id", "at", "id"),
        ("document", "document_id", "at", "id"), ("transaction", "transaction_id"),
    ):  # fmt: skip
        op.create_index(f"ix_ledger_entries_{name}", "ledger_entries", ["tenant_id", *columns])


def _payments() -> None:
    op.create_table(
        "payments",
        *_resource(),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("allocated_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("drawn_minor", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("receipt_number", sa.Text(), nullable=True),
        sa.Column("series_id", sa.Uuid(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "allocated_minor >= 0 AND refunded_minor >= 0 AND drawn_minor >= 0"
            " AND allocated_minor + refunded_minor + drawn_minor <= amount_minor",
            name=op.f("ck_payments_left"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_payments")),
    )
    for name, *columns in (
        ("client", "client_id", "received_at", "id"), ("received", "received_at", "id"),
        ("created", "created_at", "id"), ("updated", "updated_at", "id"),
    ):  # fmt: skip
        op.create_index(f"ix_payments_{name}", "payments", ["tenant_id", *columns])
    for name, is_unique, *columns in (
        ("uq_payments__receipt_number", True, "series_id", "receipt_number"),
        ("uq_payments__external_id", True, "external_id"),
        ("ix_payments_receipt_number", False, "receipt_number"),
        ("ix_payments_reference", False, "reference"),
    ):
        op.create_index(
            name, "payments", ["tenant_id", *columns], unique=is_unique,
            postgresql_where=sa.text(f"{columns[-1]} IS NOT NULL"),
        )  # fmt: skip


def _parts() -> None:
    for name, other, target in (
        ("payment_allocations", "invoice", "invoices"), ("credit_draws", "source", "payments"),
    ):  # fmt: skip
        op.create_table(
            name,
            *_resource(),
            sa.Column("payment_id", sa.Uuid(), nullable=False),
            sa.Column(f"{other}_id", sa.Uuid(), nullable=False),
            sa.Column("client_id", sa.Uuid(), nullable=True),
            sa.Column("amount_minor", sa.BigInteger(), nullable=False),
            _of(name, "payment", "payments"), _of(name, other, target),
            sa.CheckConstraint("amount_minor > 0", name=op.f(f"ck_{name}_amount")),
            sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{name}")),
            sa.UniqueConstraint("tenant_id", "payment_id", f"{other}_id", name=f"uq_{name}__pair"),
        )  # fmt: skip
        op.create_index(f"ix_{name}_{other}", name, ["tenant_id", f"{other}_id"])
    op.create_table(
        "refunds",
        *_resource(),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        _of("refunds", "payment", "payments"),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_refunds_amount")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_refunds")),
    )
    op.create_index(
        "ix_refunds_payment", "refunds", ["tenant_id", "payment_id", "created_at", "id"]
    )
    op.create_index(
        "ix_refunds_client", "refunds", ["tenant_id", "client_id"],
        postgresql_where=sa.text("client_id IS NOT NULL"),
    )  # fmt: skip


def _resource() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _of(table: str, name: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", f"{name}_id"], [f"{target}.tenant_id", f"{target}.id"],
        name=f"fk_{table}_{name}",
    )  # fmt: skip
