"""Packages, and memberships with their periods and freezes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0001"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.add_column("credit_types", sa.Column("counted_at", sa.DateTime(timezone=True)))
    op.create_table(
        "packages",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("description", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("joining_fee_minor", sa.BigInteger(), nullable=True),
        sa.Column("tax_id", sa.Uuid(), nullable=True),
        sa.Column("period", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("credits", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_packages")),
    )
    op.create_index(
        "ix_packages_updated", "packages", ["tenant_id", "updated_at", "id"], unique=False
    )
    op.create_index(
        "uq_packages__external_id",
        "packages",
        ["tenant_id", "external_id"],
        unique=True,
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_table(
        "memberships",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("package_id", sa.Uuid(), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("auto_renew", sa.Boolean(), nullable=False),
        sa.Column("discount", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("cancels_at_end", sa.Boolean(), nullable=False),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("covered_from", sa.Date(), nullable=True),
        sa.Column("renewal_date", sa.Date(), nullable=True),
        sa.Column("told_status", sa.Text(), nullable=False),
        sa.Column("look_on", sa.Date(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "package_id"],
            ["packages.tenant_id", "packages.id"],
            name="fk_memberships_package",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_memberships")),
    )
    op.create_index(
        "ix_memberships_client",
        "memberships",
        ["tenant_id", "client_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_memberships_created", "memberships", ["tenant_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "ix_memberships_look",
        "memberships",
        ["tenant_id", "look_on", "id"],
        unique=False,
        postgresql_where=sa.text("look_on IS NOT NULL"),
    )
    op.create_index(
        "ix_memberships_package", "memberships", ["tenant_id", "package_id"], unique=False
    )
    op.create_index(
        "ix_memberships_renewal",
        "memberships",
        ["tenant_id", "renewal_date", "id"],
        unique=False,
        postgresql_where=sa.text("renewal_date IS NOT NULL"),
    )
    op.create_index(
        "ix_memberships_updated", "memberships", ["tenant_id", "updated_at", "id"], unique=False
    )
    op.create_index(
        "uq_memberships__external_id",
        "memberships",
        ["tenant_id", "external_id"],
        unique=True,
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_table(
        "membership_periods",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("tolerance_days", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("problem", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "membership_id"],
            ["memberships.tenant_id", "memberships.id"],
            name="fk_membership_periods_membership",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_membership_periods")),
    )
    op.create_index(
        "ix_membership_periods_client",
        "membership_periods",
        ["tenant_id", "client_id"],
        unique=False,
    )
    op.create_index(
        "ix_membership_periods_invoice",
        "membership_periods",
        ["tenant_id", "invoice_id"],
        unique=False,
        postgresql_where=sa.text("invoice_id IS NOT NULL"),
    )
    op.create_index(
        "ix_membership_periods_pending",
        "membership_periods",
        ["tenant_id", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "uq_membership_periods__number",
        "membership_periods",
        ["tenant_id", "membership_id", "number"],
        unique=True,
    )
    op.create_table(
        "membership_freezes",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.Column("extends", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "membership_id"],
            ["memberships.tenant_id", "memberships.id"],
            name="fk_membership_freezes_membership",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_membership_freezes")),
    )
    op.create_index(
        "ix_membership_freezes_client",
        "membership_freezes",
        ["tenant_id", "client_id"],
        unique=False,
    )
    op.create_index(
        "ix_membership_freezes_membership",
        "membership_freezes",
        ["tenant_id", "membership_id", "from_day"],
        unique=False,
    )
