"""Credit: accounts, lots, entries, and what is done with them."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import run_sql

revision = "0030"
down_revision = "0040"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.add_column("credit_types", sa.Column("low_balance", sa.BigInteger()))
    op.add_column(
        "credit_types",
        sa.Column("expiring_soon_days", sa.SmallInteger(), nullable=False, server_default="7"),
    )
    op.alter_column("credit_types", "expiring_soon_days", server_default=None)
    _accounts()
    _lots()
    _entries()
    _usages()
    _holds()
    _parts()
    _transfers()
    _adjustments()
    _shares()
    run_sql(op, "memberships", "0001_credit.sql")


def _accounts() -> None:
    op.create_table(
        "credit_accounts",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("credit_type_id", sa.Uuid(), nullable=False),
        sa.Column("available", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("overdrawn", sa.BigInteger(), nullable=False),
        sa.Column("is_low", sa.Boolean(), nullable=False),
        sa.Column("entry_count", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "available >= 0 AND held >= 0 AND overdrawn >= 0",
            name=op.f("ck_credit_accounts_above_zero"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "credit_type_id"],
            ["credit_types.tenant_id", "credit_types.id"],
            name=op.f("fk_credit_accounts_tenant_id_credit_type_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_credit_accounts")),
        sa.UniqueConstraint(
            "tenant_id", "client_id", "credit_type_id", name="uq_credit_accounts__client"
        ),
    )
    op.create_index(
        "ix_credit_accounts_type", "credit_accounts", ["tenant_id", "credit_type_id"], unique=False
    )


def _lots() -> None:
    op.create_table(
        "credit_lots",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("credit_type_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("remaining", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("package_id", sa.Uuid(), nullable=True),
        sa.Column("is_expiring_told", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "amount > 0 AND remaining >= 0 AND held >= 0 AND remaining + held <= amount",
            name=op.f("ck_credit_lots_within"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"],
            ["credit_accounts.tenant_id", "credit_accounts.id"],
            name=op.f("fk_credit_lots_tenant_id_account_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_credit_lots")),
    )
    op.create_index(
        "ix_credit_lots_account",
        "credit_lots",
        ["tenant_id", "account_id", "id"],
        unique=False,
        postgresql_where=sa.text("remaining > 0 OR held > 0"),
    )
    op.create_index(
        "ix_credit_lots_client",
        "credit_lots",
        ["tenant_id", "client_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_credit_lots_created", "credit_lots", ["tenant_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "ix_credit_lots_expiring",
        "credit_lots",
        ["tenant_id", "expires_on"],
        unique=False,
        postgresql_where=sa.text("remaining > 0 AND expires_on IS NOT NULL"),
    )
    op.create_index(
        "uq_credit_lots__cause",
        "credit_lots",
        ["tenant_id", "cause", "credit_type_id"],
        unique=True,
        postgresql_where=sa.text("cause IS NOT NULL"),
    )


def _entries() -> None:
    op.create_table(
        "credit_entries",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transaction_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("credit_type_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_credit_entries")),
        sa.UniqueConstraint("tenant_id", "account_id", "number", name="uq_credit_entries__number"),
        sa.UniqueConstraint("tenant_id", "cause", "place", name="uq_credit_entries__cause"),
        info={"append_only": True},
    )
    op.create_index(
        "ix_credit_entries_at", "credit_entries", ["tenant_id", "at", "id"], unique=False
    )
    op.create_index(
        "ix_credit_entries_client",
        "credit_entries",
        ["tenant_id", "client_id", "at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_credit_entries_lot", "credit_entries", ["tenant_id", "lot_id", "at", "id"], unique=False
    )
    op.create_index(
        "ix_credit_entries_transaction",
        "credit_entries",
        ["tenant_id", "transaction_id"],
        unique=False,
    )


def _usages() -> None:
    op.create_table(
        "credit_usages",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("credit_type_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("hold_id", sa.Uuid(), nullable=True),
        sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_credit_usages")),
    )
    op.create_index(
        "ix_credit_usages_client",
        "credit_usages",
        ["tenant_id", "client_id", "occurred_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_credit_usages_occurred",
        "credit_usages",
        ["tenant_id", "occurred_at", "id"],
        unique=False,
    )
    op.create_index(
        "uq_credit_usages__cause",
        "credit_usages",
        ["tenant_id", "cause"],
        unique=True,
        postgresql_where=sa.text("cause IS NOT NULL"),
    )
    op.create_index(
        "uq_credit_usages__hold",
        "credit_usages",
        ["tenant_id", "hold_id"],
        unique=True,
        postgresql_where=sa.text("hold_id IS NOT NULL"),
    )


def _holds() -> None:
    op.create_table(
        "credit_holds",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("credit_type_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_credit_holds")),
    )
    op.create_index(
        "ix_credit_holds_client",
        "credit_holds",
        ["tenant_id", "client_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_credit_holds_created", "credit_holds", ["tenant_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "uq_credit_holds__cause",
        "credit_holds",
        ["tenant_id", "cause"],
        unique=True,
        postgresql_where=sa.text("cause IS NOT NULL"),
    )


def _parts() -> None:
    op.create_table(
        "credit_parts",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_credit_parts")),
    )
    op.create_index("ix_credit_parts_lot", "credit_parts", ["tenant_id", "lot_id"], unique=False)
    op.create_index(
        "ix_credit_parts_owed",
        "credit_parts",
        ["tenant_id", "account_id"],
        unique=False,
        postgresql_where=sa.text("lot_id IS NULL AND account IS NOT NULL"),
    )
    op.create_index(
        "ix_credit_parts_owner", "credit_parts", ["tenant_id", "owner_id", "place"], unique=False
    )


def _transfers() -> None:
    op.create_table(
        "credit_transfers",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("to_client_id", sa.Uuid(), nullable=False),
        sa.Column("credit_type_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_credit_transfers")),
    )
    op.create_index(
        "ix_credit_transfers_client",
        "credit_transfers",
        ["tenant_id", "client_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_credit_transfers_created",
        "credit_transfers",
        ["tenant_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_credit_transfers_to",
        "credit_transfers",
        ["tenant_id", "to_client_id", "created_at", "id"],
        unique=False,
    )


def _adjustments() -> None:
    op.create_table(
        "credit_adjustments",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("credit_type_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_credit_adjustments")),
    )
    op.create_index(
        "ix_credit_adjustments_client",
        "credit_adjustments",
        ["tenant_id", "client_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_credit_adjustments_created",
        "credit_adjustments",
        ["tenant_id", "created_at", "id"],
        unique=False,
    )


def _shares() -> None:
    op.create_table(
        "credit_shares",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("with_client_id", sa.Uuid(), nullable=False),
        sa.Column("credit_type_id", sa.Uuid(), nullable=True),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "credit_type_id"],
            ["credit_types.tenant_id", "credit_types.id"],
            name=op.f("fk_credit_shares_tenant_id_credit_type_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_credit_shares")),
    )
    op.create_index(
        "ix_credit_shares_client",
        "credit_shares",
        ["tenant_id", "client_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_credit_shares_created", "credit_shares", ["tenant_id", "created_at", "id"], unique=False
    )
    op.create_index(
        "ix_credit_shares_link",
        "credit_shares",
        ["tenant_id", "link_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_credit_shares_with",
        "credit_shares",
        ["tenant_id", "with_client_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_credit_shares__one",
        "credit_shares",
        ["tenant_id", "client_id", "with_client_id", "credit_type_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
