"""What later services tell of a client: owed, expected, subscribed to."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "standings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.CHAR(length=3), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("package_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "kind", "id", name=op.f("pk_standings")),
    )
    op.create_index(
        "ix_standings_client", "standings", ["tenant_id", "client_id", "kind", "starts_at"],
        postgresql_where=sa.text("is_live"),
    )  # fmt: skip
    op.create_index(
        "ix_standings_package", "standings", ["tenant_id", "package_id", "client_id"],
        postgresql_where=sa.text("is_live AND package_id IS NOT NULL"),
    )  # fmt: skip
    for column in (
        sa.Column("balances", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("balance_currency", sa.Text(), nullable=True),
        sa.Column("appointments", postgresql.ARRAY(sa.DateTime(timezone=True)), nullable=True),
    ):
        op.add_column("client_activity", column)
