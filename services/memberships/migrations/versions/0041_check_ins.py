"""Who came in, or tried to."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0030"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.create_table(
        "check_ins",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("membership_status", sa.Text(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("credit_usage_id", sa.Uuid(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_check_ins")),
    )
    columns = {
        "client": ["client_id", "occurred_at", "id"], "occurred": ["occurred_at", "id"],
        "updated": ["updated_at", "id"],
    }  # fmt: skip
    for name, named in columns.items():
        op.create_index(f"ix_check_ins_{name}", "check_ins", ["tenant_id", *named])
    op.create_index(
        "ix_check_ins_membership", "check_ins", ["tenant_id", "membership_id", "occurred_at"],
        postgresql_where=sa.text("membership_id IS NOT NULL"),
    )  # fmt: skip
