"""Files of a client that belong to a job."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0065"
down_revision = "0055"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.add_column(
        "work_cycles",
        sa.Column("attachments", postgresql.ARRAY(sa.Uuid()), nullable=False, server_default="{}"),
    )
    op.alter_column("work_cycles", "attachments", server_default=None)
