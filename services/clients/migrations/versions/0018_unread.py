"""News of each client, and what of it each user has seen."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_STEPS = (
    "comms.message.queued", "comms.message.sent", "comms.message.delivered",
    "comms.message.cancelled", "automation.run.started", "automation.run.completed",
    "automation.run.cancelled",
)  # fmt: skip


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.create_table(
        "client_news",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("permission", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "client_id", "permission", name=op.f("pk_client_news")
        ),
    )
    op.create_table(
        "client_seen",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("permission", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "client_id", "user_id", "permission", name=op.f("pk_client_seen")
        ),
    )
    # What happened before anybody could open a client counts as news: nobody has seen it here.
    op.get_bind().execute(
        sa.text(
            "insert into client_news (tenant_id, client_id, permission, count)"
            " select tenant_id, client_id, permission, count(*) from timeline"
            " where event <> all(:steps) group by tenant_id, client_id, permission"
        ).bindparams(sa.bindparam("steps", list(_STEPS), type_=sa.ARRAY(sa.Text())))
    )
