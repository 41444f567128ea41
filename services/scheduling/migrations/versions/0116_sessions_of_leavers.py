"""Sessions come into other hands, beside what those have given up; who left is told of once."""

import sqlalchemy as sa
from alembic import op

revision = "0116"
down_revision = "0115"

_NAME = "uq_booking_sessions__of"


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.add_column(
        "booking_sessions", sa.Column("unstaffed_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.drop_index(_NAME, "booking_sessions")
    op.create_index(
        _NAME, "booking_sessions", ["tenant_id", "service_id", "staff_id", "starts_at"],
        unique=True, postgresql_where=sa.text("is_open"),
    )  # fmt: skip
