"""Which fields of its clients a folder shows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("folders", sa.Column("visible_fields", postgresql.ARRAY(sa.Text())))
