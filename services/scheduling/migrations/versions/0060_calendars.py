"""Feeds by which calendars elsewhere show what somebody has to do."""

import sqlalchemy as sa
from alembic import op

from chassis.migrations import run_sql

revision = "0060"
down_revision = "0043"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.create_table(
        "calendar_feeds",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("covers", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("content_tag", sa.Text(), nullable=True),
        sa.Column("content_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_calendar_feeds")),
    )
    op.create_index("uq_calendar_feeds__token", "calendar_feeds", ["token_hash"], unique=True)
    op.create_index(
        "ix_calendar_feeds_created", "calendar_feeds", ["tenant_id", "created_at", "id"]
    )
    for name in ("user", "client"):
        op.create_index(
            f"ix_calendar_feeds_{name}", "calendar_feeds", ["tenant_id", f"{name}_id"],
            postgresql_where=sa.text(f"{name}_id IS NOT NULL"),
        )  # fmt: skip
    run_sql(op, "scheduling", "0060_calendars.sql")
