"""Insurers, policies and claims."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.create_table(
        "insurance_providers",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("contacts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_archived", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_insurance_providers")),
    )
    op.create_index(
        "ix_insurance_providers_updated",
        "insurance_providers",
        ["tenant_id", "updated_at", "id"],
        unique=False,
    )
    op.create_index(
        "uq_insurance_providers__code",
        "insurance_providers",
        ["tenant_id", "code"],
        unique=True,
        postgresql_where=sa.text("code IS NOT NULL"),
    )
    op.create_table(
        "insurance_policies",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("policy_class", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("holder_id", sa.Uuid(), nullable=True),
        sa.Column("coverage_percent", sa.Text(), nullable=True),
        sa.Column("co_pay_percent", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("co_pay_limit_minor", sa.BigInteger(), nullable=True),
        sa.Column("annual_limit_minor", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("file_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["clients.tenant_id", "clients.id"],
            name=op.f("fk_insurance_policies_tenant_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "holder_id"],
            ["clients.tenant_id", "clients.id"],
            name="fk_insurance_policies_holder",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "provider_id"],
            ["insurance_providers.tenant_id", "insurance_providers.id"],
            name="fk_insurance_policies_provider",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_insurance_policies")),
    )
    op.create_index(
        "ix_insurance_policies_client",
        "insurance_policies",
        ["tenant_id", "client_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_insurance_policies_created",
        "insurance_policies",
        ["tenant_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_insurance_policies_holder",
        "insurance_policies",
        ["tenant_id", "holder_id"],
        unique=False,
        postgresql_where=sa.text("holder_id IS NOT NULL"),
    )
    op.create_index(
        "ix_insurance_policies_provider",
        "insurance_policies",
        ["tenant_id", "provider_id"],
        unique=False,
    )
    op.create_table(
        "insurance_claims",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("claimed_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("approved_minor", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("file_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "client_id"],
            ["clients.tenant_id", "clients.id"],
            name=op.f("fk_insurance_claims_tenant_id_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "policy_id"],
            ["insurance_policies.tenant_id", "insurance_policies.id"],
            name="fk_insurance_claims_policy",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_insurance_claims")),
    )
    op.create_index(
        "ix_insurance_claims_client",
        "insurance_claims",
        ["tenant_id", "client_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_insurance_claims_created",
        "insurance_claims",
        ["tenant_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_insurance_claims_policy", "insurance_claims", ["tenant_id", "policy_id"], unique=False
    )
