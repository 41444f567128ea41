"""Sessions and bookings are found by what is asked for, and what billing was asked for is kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0080"
down_revision = "0100"
_JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.add_column("bookings", sa.Column("invoice_request", _JSON, nullable=True))
    _index("ix_booking_sessions_starts", "booking_sessions", "starts_at", "id")
    _index("ix_booking_sessions_staff", "booking_sessions", "staff_id", "starts_at")
    _index("ix_bookings_service", "bookings", "service_id", "starts_at", "id")
    op.create_index(
        "ix_bookings_invoice", "bookings", ["tenant_id", "invoice_id"],
        postgresql_where=sa.text("invoice_id IS NOT NULL"),
    )  # fmt: skip


def _index(name: str, table: str, *columns: str) -> None:
    op.create_index(name, table, ["tenant_id", *columns])
