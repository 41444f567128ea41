"""What is asked of billing, what memberships and package orders have of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from chassis.migrations import run_sql

revision = "0020"
down_revision = "0041"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    _bills()
    _orders()
    op.add_column("memberships", sa.Column("next_package_id", sa.Uuid(), nullable=True))
    op.add_column("memberships", sa.Column("next_terms", JSONB(), nullable=True))
    op.create_foreign_key(
        "fk_memberships_next_package", "memberships", "packages",
        ["tenant_id", "next_package_id"], ["tenant_id", "id"],
    )  # fmt: skip
    for name, kind in (
        ("changes_on", sa.Date), ("price_minor", sa.BigInteger), ("billed_minor", sa.BigInteger),
        ("charges", sa.Integer),
    ):  # fmt: skip
        op.add_column("membership_periods", sa.Column(name, kind(), nullable=True))
    run_sql(op, "memberships", "0001_money.sql")


def _bills() -> None:
    op.create_table(
        "bills", *_own(),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("request", JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("problem", JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_bills"),
    )  # fmt: skip
    op.create_index("uq_bills__cause", "bills", ["tenant_id", "cause"], unique=True)
    op.create_index(
        "ix_bills_document", "bills", ["tenant_id", "document_id"],
        postgresql_where=sa.text("document_id IS NOT NULL"),
    )  # fmt: skip
    op.create_index(
        "ix_bills_pending", "bills", ["tenant_id", "updated_at", "id"],
        postgresql_where=sa.text("state = 'pending'"),
    )  # fmt: skip
    op.create_table(
        "heard_invoices", *_own(),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("is_ours", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_heard_invoices"),
    )  # fmt: skip
    op.create_index(
        "ix_heard_invoices_stray", "heard_invoices", ["tenant_id", "updated_at"],
        postgresql_where=sa.text("NOT is_ours"),
    )  # fmt: skip


def _orders() -> None:
    op.create_table(
        "package_orders", *_own(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("package_id", sa.Uuid(), nullable=False),
        sa.Column("terms", JSONB(), nullable=False),
        sa.Column("discount", JSONB(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("problem", JSONB(), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("charges", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "package_id"], ["packages.tenant_id", "packages.id"],
            name="fk_package_orders_package",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_package_orders"),
    )  # fmt: skip
    for name, columns in (
        ("client", ["client_id", "created_at", "id"]), ("created", ["created_at", "id"]),
        ("updated", ["updated_at", "id"]), ("package", ["package_id"]),
    ):  # fmt: skip
        op.create_index(f"ix_package_orders_{name}", "package_orders", ["tenant_id", *columns])
    op.create_index(
        "uq_package_orders__external_id", "package_orders", ["tenant_id", "external_id"],
        unique=True, postgresql_where=sa.text("external_id IS NOT NULL"),
    )  # fmt: skip


def _own() -> list[sa.Column]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]
