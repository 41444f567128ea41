"""A merged client's follow-up may be done with by its survivor."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.add_column("due_follow_ups", sa.Column("answered_by", sa.Uuid(), nullable=True))
