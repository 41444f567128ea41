"""Loyalty: rules, what invoices brought, and what points were redeemed for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0042"
down_revision = "0011"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.create_table(
        "loyalty_rules", *_row(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_per_point_minor", sa.BigInteger(), nullable=False),
        sa.Column("minimum_spend_minor", sa.BigInteger(), nullable=False),
        sa.Column("expiry_unit", sa.Text(), nullable=True),
        sa.Column("expiry_count", sa.Integer(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_loyalty_rules")),
    )  # fmt: skip
    op.create_index("ix_loyalty_rules_updated", "loyalty_rules", ["tenant_id", "updated_at", "id"])
    _earnings()
    _redemptions()


def _earnings() -> None:
    op.create_table(
        "loyalty_earnings", *_row(),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_version", sa.Integer(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("spent_minor", sa.BigInteger(), nullable=False),
        sa.Column("loyalty_rule_id", sa.Uuid(), nullable=True),
        sa.Column("credit_type_id", sa.Uuid(), nullable=True),
        sa.Column("amount_per_point_minor", sa.BigInteger(), nullable=True),
        sa.Column("is_in_parts", sa.Boolean(), nullable=False),
        sa.Column("expiry_unit", sa.Text(), nullable=True),
        sa.Column("expiry_count", sa.Integer(), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("owed", sa.BigInteger(), nullable=False),
        sa.Column("earned_on", sa.Date(), nullable=True),
        sa.Column("causes", postgresql.ARRAY(sa.Text()), nullable=False),
        _counted_in("loyalty_earnings"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_loyalty_earnings")),
    )  # fmt: skip
    op.create_index(
        "uq_loyalty_earnings__invoice", "loyalty_earnings", ["tenant_id", "invoice_id"],
        unique=True,
    )  # fmt: skip
    op.create_index(
        "ix_loyalty_earnings_client", "loyalty_earnings",
        ["tenant_id", "client_id", "created_at", "id"],
    )  # fmt: skip
    op.create_index(
        "ix_loyalty_earnings_owed", "loyalty_earnings",
        ["tenant_id", "client_id", "credit_type_id", "id"],
        postgresql_where=sa.text("owed > 0"),
    )  # fmt: skip


def _redemptions() -> None:
    op.create_table(
        "loyalty_redemptions", *_row(),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("credit_type_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=False),
        sa.Column("usage_id", sa.Uuid(), nullable=True),
        sa.Column("problem", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        _counted_in("loyalty_redemptions"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_loyalty_redemptions")),
    )  # fmt: skip
    op.create_index(
        "uq_loyalty_redemptions__live", "loyalty_redemptions", ["tenant_id", "invoice_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('pending', 'applied', 'cancelling')"),
    )  # fmt: skip
    for name, columns in {
        "invoice": ["invoice_id"], "client": ["client_id", "created_at", "id"],
        "created": ["created_at", "id"], "updated": ["updated_at", "id"],
    }.items():  # fmt: skip
        op.create_index(
            f"ix_loyalty_redemptions_{name}", "loyalty_redemptions", ["tenant_id", *columns]
        )


def _row() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _counted_in(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", "credit_type_id"], ["credit_types.tenant_id", "credit_types.id"],
        name=f"fk_{table}_credit_type",
    )  # fmt: skip
