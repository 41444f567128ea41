"""Credit notes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    amounts = ("subtotal", "discount", "shipping", "tax", "rounding", "total", "deposit")
    op.create_table(
        "credit_notes",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
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
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "branch_id"], ["branches.tenant_id", "branches.id"],
            name="fk_credit_notes_branch",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "invoice_id"], ["invoices.tenant_id", "invoices.id"],
            name="fk_credit_notes_invoice",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_credit_notes")),
    )  # fmt: skip
    _indexes()


def _indexes() -> None:
    for name, *columns in (
        ("client", "client_id", "created_at", "id"), ("created", "created_at", "id"),
        ("updated", "updated_at", "id"), ("issue_date", "issue_date", "id"),
        ("invoice", "invoice_id"),
    ):  # fmt: skip
        op.create_index(f"ix_credit_notes_{name}", "credit_notes", ["tenant_id", *columns])
    for name, is_unique, *columns in (
        ("uq_credit_notes__number", True, "series_id", "number"),
        ("ix_credit_notes_number", False, "number"),
        ("ix_credit_notes_branch", False, "branch_id"),
        ("uq_credit_notes__external_id", True, "external_id"),
    ):
        op.create_index(
            name, "credit_notes", ["tenant_id", *columns], unique=is_unique,
            postgresql_where=sa.text(f"{columns[-1]} IS NOT NULL"),
        )  # fmt: skip
