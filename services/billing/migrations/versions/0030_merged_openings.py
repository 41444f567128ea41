"""Of which client's opening balance another one's is a part since they were merged."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.add_column("opening_balances", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.add_column("opening_balances", sa.Column("moved_by", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_opening_balances_merged", "opening_balances", ["tenant_id", "merged_into"],
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )  # fmt: skip
