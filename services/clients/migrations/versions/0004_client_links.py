"""Links between clients."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "client_links",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_client_id", sa.Uuid(), nullable=False),
        sa.Column("to_client_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "from_client_id"],
            ["clients.tenant_id", "clients.id"],
            name=op.f("fk_client_links_tenant_id_from_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "to_client_id"],
            ["clients.tenant_id", "clients.id"],
            name=op.f("fk_client_links_tenant_id_to_client_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_client_links")),
        sa.UniqueConstraint(
            "tenant_id", "from_client_id", "to_client_id", "kind", name="uq_client_links__link"
        ),
    )
    op.create_index("ix_client_links_to", "client_links", ["tenant_id", "to_client_id"])
    op.create_index("ix_client_links_created", "client_links", ["tenant_id", "created_at", "id"])
    op.create_index(
        "uq_client_links__head_office",
        "client_links",
        ["tenant_id", "to_client_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'branch'"),
    )
