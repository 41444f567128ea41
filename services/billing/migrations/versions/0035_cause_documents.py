"""keep what a cause made or changed."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.add_column("causes", sa.Column("document_id", sa.Uuid()))
    op.create_index("ix_causes_document", "causes", ["tenant_id", "document_id"])
