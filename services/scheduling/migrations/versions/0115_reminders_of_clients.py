"""Whether an appointment's own reminders go to its client too."""

import sqlalchemy as sa
from alembic import op

revision = "0115"
down_revision = "0119"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    # Until now all of them did.
    op.add_column(
        "appointments",
        sa.Column("reminds_client", sa.Boolean(), nullable=False, server_default=sa.true()),
    )
    op.alter_column("appointments", "reminds_client", server_default=None)
