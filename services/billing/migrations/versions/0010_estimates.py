"""Estimates, the company's own statuses of them, and what invoices are made of."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis.migrations import run_sql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.create_table(
        "estimate_statuses",
        *_own(),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("color", sa.Text(), nullable=False),
        sa.Column("order", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_estimate_statuses")),
    )
    op.create_table(
        "estimates",
        *_own(),
        *_document(),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("is_expiry_told", sa.Boolean(), nullable=False),
        sa.Column("estimate_status_id", sa.Uuid(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("viewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_viewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_name", sa.Text(), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=True),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("link_hash", sa.LargeBinary(), nullable=True),
        sa.Column("link_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "branch_id"], ["branches.tenant_id", "branches.id"],
            name="fk_estimates_branch",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "estimate_status_id"],
            ["estimate_statuses.tenant_id", "estimate_statuses.id"],
            name="fk_estimates_status",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_estimates")),
    )  # fmt: skip
    for name, *columns in (
        ("client", "client_id", "created_at", "id"), ("created", "created_at", "id"),
        ("updated", "updated_at", "id"), ("issue_date", "issue_date", "id"),
    ):  # fmt: skip
        op.create_index(f"ix_estimates_{name}", "estimates", ["tenant_id", *columns])
    for name, is_unique, *columns in (
        ("uq_estimates__number", True, "series_id", "number"),
        ("ix_estimates_number", False, "number"),
        ("ix_estimates_branch", False, "branch_id"),
        ("uq_estimates__external_id", True, "external_id"),
        ("ix_estimates_status", False, "estimate_status_id"),
    ):
        op.create_index(
            name, "estimates", ["tenant_id", *columns], unique=is_unique,
            postgresql_where=sa.text(f"{columns[-1]} IS NOT NULL"),
        )  # fmt: skip
    op.create_index(
        "ix_estimates_link", "estimates", ["link_hash"], unique=True,
        postgresql_where=sa.text("link_hash IS NOT NULL"),
    )  # fmt: skip
    op.create_index(
        "ix_estimates_expiring", "estimates", ["expires_on", "tenant_id"],
        postgresql_where=sa.text(
            "expires_on IS NOT NULL AND NOT is_expiry_told "
            "AND status IN ('sent', 'viewed') AND invoice_id IS NULL"
        ),
    )  # fmt: skip
    op.add_column("invoices", sa.Column("estimate_id", sa.Uuid(), nullable=True))
    op.create_index(
        "uq_invoices__estimate_id", "invoices", ["tenant_id", "estimate_id"], unique=True,
        postgresql_where=sa.text("estimate_id IS NOT NULL"),
    )  # fmt: skip
    run_sql(op, "billing", "0005_estimates.sql")


def _own() -> list[sa.Column]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _document() -> list[sa.Column]:
    amounts = ("subtotal", "discount", "shipping", "tax", "rounding", "total", "deposit")
    return [
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("series_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("issue_date", sa.Date(), nullable=False),
        sa.Column("supply_date", sa.Date(), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("payment_terms", sa.Text(), nullable=True),
        sa.Column("lines", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("discount", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("taxes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        *(sa.Column(f"{name}_minor", sa.BigInteger(), nullable=False) for name in amounts),
        sa.Column("salesperson_id", sa.Uuid(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("terms", sa.Text(), nullable=True),
        sa.Column("branch_id", sa.Uuid(), nullable=True),
        sa.Column("work_cycle_id", sa.Uuid(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
    ]
