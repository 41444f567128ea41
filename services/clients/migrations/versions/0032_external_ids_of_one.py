"""No two clients that are neither merged nor archived have one external id.

Of those that have it already the oldest one keeps it for itself; the others are marked, and stay
as they are until somebody gives them another one: what a partner wrote is not ours to take away.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.add_column("clients", sa.Column("shares_external_id", sa.Boolean(), nullable=True))
    op.execute("""
        update clients set shares_external_id = true from (
            select tenant_id, id, row_number() over (
                partition by tenant_id, external_id order by is_archived, created_at, id) as place
              from clients where external_id is not null and merged_into is null
        ) one
         where one.place > 1 and clients.tenant_id = one.tenant_id and clients.id = one.id
           and not clients.is_archived
    """)
    op.create_index(
        "uq_clients__external_id", "clients", ["tenant_id", "external_id"], unique=True,
        postgresql_where=sa.text(
            "external_id IS NOT NULL AND shares_external_id IS NULL"
            " AND NOT is_archived AND merged_into IS NULL"
        ),
    )  # fmt: skip
