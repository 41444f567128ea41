"""Devices, and the e-invoices that they make."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.create_table(
        "e_invoice_devices",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("branch_id", sa.Uuid(), nullable=True),
        sa.Column("industry", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("private_key", sa.LargeBinary(), nullable=False),
        sa.Column("csr", sa.Text(), nullable=True),
        sa.Column("certificate", sa.LargeBinary(), nullable=True),
        sa.Column("certificate_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("credentials", sa.LargeBinary(), nullable=True),
        sa.Column("problems", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("last_counter", sa.BigInteger(), nullable=False),
        sa.Column("last_hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "branch_id"], ["branches.tenant_id", "branches.id"],
            name="fk_e_invoice_devices_branch",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_e_invoice_devices")),
    )  # fmt: skip
    op.create_index(
        "uq_e_invoice_devices__branch", "e_invoice_devices", ["tenant_id", "branch_id"],
        unique=True, postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("status <> 'retired'"),
    )  # fmt: skip
    op.create_index(
        "ix_e_invoice_devices_created", "e_invoice_devices", ["tenant_id", "created_at", "id"]
    )
    op.create_table(
        "e_invoices",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("document_type", sa.Text(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("is_simplified", sa.Boolean(), nullable=False),
        sa.Column("xml", sa.LargeBinary(), nullable=False),
        sa.Column("cleared_xml", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "device_id"], ["e_invoice_devices.tenant_id", "e_invoice_devices.id"],
            name="fk_e_invoices_device",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_e_invoices")),
    )  # fmt: skip
    op.create_index(
        "uq_e_invoices__counter", "e_invoices", ["tenant_id", "device_id", "counter"], unique=True
    )
    for table in ("invoices", "credit_notes"):
        op.add_column(
            table, sa.Column("einvoice", postgresql.JSONB(astext_type=sa.Text()), nullable=True)
        )
        op.create_index(
            f"ix_{table}_einvoice", table, ["tenant_id", sa.text("(einvoice ->> 'status')"), "id"],
            postgresql_where=sa.text("einvoice IS NOT NULL"),
        )  # fmt: skip
