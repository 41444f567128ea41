"""Whom the documents of a job are about, and what they are called.

Of those that are known this is told by billing's events, which are heard anew under another name;
until then, and of what is older than the events that are kept, each counts as it did before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0117"
down_revision = "0116"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    for name, kind in (("client_id", sa.Uuid()), ("number", sa.Text()), ("dated_on", sa.Date())):
        op.add_column("work_cycle_documents", sa.Column(name, kind, nullable=True))
