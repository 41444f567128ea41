"""What can be booked, sessions, and bookings of seats in them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from chassis.migrations import run_sql

revision = "0021"
down_revision = "0042"
_JSON = postgresql.JSONB(astext_type=sa.Text())
_IDS = postgresql.ARRAY(sa.Uuid())
_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Only forward: what is undone is undone by a newer revision."""
    op.add_column(
        "scheduling_settings",
        sa.Column("is_public_booking", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.alter_column("scheduling_settings", "is_public_booking", server_default=None)
    _services()
    _sessions()
    _bookings()
    run_sql(op, "scheduling", "0021_bookings.sql")


def _services() -> None:
    op.create_table(
        "booking_services",
        *_row(),
        sa.Column("name", _JSON, nullable=False),
        sa.Column("description", _JSON, nullable=True),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("buffer_before", sa.Integer(), nullable=False),
        sa.Column("buffer_after", sa.Integer(), nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("deposit_minor", sa.BigInteger(), nullable=True),
        sa.Column("tax_id", sa.Uuid(), nullable=True),
        sa.Column("staff_ids", _IDS, nullable=False),
        sa.Column("resource_ids", _IDS, nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("credit_type_id", sa.Uuid(), nullable=True),
        sa.Column("credit_amount", sa.Text(), nullable=False),
        sa.Column("policy", _JSON, nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_booking_services")),
    )
    _index("ix_booking_services_updated", "booking_services", "updated_at", "id")
    op.create_index(
        "uq_booking_services__external_id", "booking_services", ["tenant_id", "external_id"],
        unique=True, postgresql_where=sa.text("external_id IS NOT NULL"),
    )  # fmt: skip


def _sessions() -> None:
    op.create_table(
        "booking_sessions",
        *_row(),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", _INSTANT, nullable=False),
        sa.Column("ends_at", _INSTANT, nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("resource_ids", _IDS, nullable=False),
        sa.Column("taken_from", _INSTANT, nullable=False),
        sa.Column("taken_until", _INSTANT, nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "service_id"], ["booking_services.tenant_id", "booking_services.id"],
            name="fk_booking_sessions_service",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_booking_sessions")),
    )  # fmt: skip
    op.create_index(
        "uq_booking_sessions__of", "booking_sessions",
        ["tenant_id", "service_id", "staff_id", "starts_at"], unique=True,
    )  # fmt: skip


def _bookings() -> None:
    op.create_table(
        "bookings",
        *_row(),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", _INSTANT, nullable=False),
        sa.Column("ends_at", _INSTANT, nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("held_until", _INSTANT, nullable=True),
        sa.Column("terms", _JSON, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("confirmed_at", _INSTANT, nullable=True),
        sa.Column("closed_at", _INSTANT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("credit_goal", sa.Text(), nullable=True),
        sa.Column("credit_status", sa.Text(), nullable=False),
        sa.Column("credit_hold_id", sa.Uuid(), nullable=True),
        sa.Column("is_invoicing", sa.Boolean(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("problem", _JSON, nullable=True),
        sa.Column("is_unsettled", sa.Boolean(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "session_id"], ["booking_sessions.tenant_id", "booking_sessions.id"],
            name="fk_bookings_session",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_bookings")),
    )  # fmt: skip
    _index("ix_bookings_session", "bookings", "session_id", "created_at", "id")
    _index("ix_bookings_starts", "bookings", "starts_at", "id")
    _index("ix_bookings_staff", "bookings", "staff_id", "starts_at", "id")
    _index("ix_bookings_updated", "bookings", "updated_at", "id")
    _index("ix_bookings_created", "bookings", "created_at", "id")
    _partial("ix_bookings_client", ["tenant_id", "client_id", "starts_at", "id"],
             "client_id IS NOT NULL")  # fmt: skip
    _partial("ix_bookings_held", ["held_until", "tenant_id"], "status = 'held'")
    _partial("ix_bookings_unsettled", ["updated_at", "tenant_id"], "is_unsettled")
    op.create_index(
        "uq_bookings__external_id", "bookings", ["tenant_id", "external_id"], unique=True,
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )  # fmt: skip


def _row() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
    ]


def _index(name: str, table: str, *columns: str) -> None:
    op.create_index(name, table, ["tenant_id", *columns])


def _partial(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "bookings", columns, postgresql_where=sa.text(where))
