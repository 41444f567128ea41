"""${message}."""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    ${upgrades if upgrades else "pass"}
