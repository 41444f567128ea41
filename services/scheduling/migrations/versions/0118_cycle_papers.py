"""What stands on the paper of a job of each kind: everything, until somebody says otherwise."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0118"
down_revision = "0117"

_ALL = (
    '{"title": null, "footer": null, "sections": ["staff", "custom_fields", "documents", "sums",'
    ' "budget", "description", "notes"]}'
)


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    kind = postgresql.JSONB(astext_type=sa.Text())
    op.add_column("work_cycle_types", sa.Column("print", kind, nullable=False, server_default=_ALL))
    op.alter_column("work_cycle_types", "print", server_default=None)
