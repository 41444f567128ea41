"""Sessions of a service, and who has booked seats in them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.tables import Row, tenant_table
from scheduling.metadata import METADATA

# A service, done by somebody at some time. While it is open it takes them, and what it needs.
booking_sessions: Final = tenant_table(
    "booking_sessions", METADATA,
    Column("service_id", Uuid, nullable=False),
    Column("staff_id", Uuid, nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("resource_ids", ARRAY(Uuid), nullable=False),
    # With the buffers before and after.
    Column("taken_from", DateTime(timezone=True), nullable=False),
    Column("taken_until", DateTime(timezone=True), nullable=False),
    Column("is_open", Boolean, nullable=False),
    # Since when who is to do it has left, as it was told that nobody has taken over.
    Column("unstaffed_at", DateTime(timezone=True)),
    ForeignKeyConstraint(
        ["tenant_id", "service_id"], ["booking_services.tenant_id", "booking_services.id"],
        name="fk_booking_sessions_service",
    ),
    Index("ix_booking_sessions_starts", "tenant_id", "starts_at", "id"),
    Index("ix_booking_sessions_staff", "tenant_id", "staff_id", "starts_at"),
    # What was given up stays; somebody else's may come to stand beside it.
    Index("uq_booking_sessions__of", "tenant_id", "service_id", "staff_id", "starts_at",
          unique=True, postgresql_where=text("is_open")),
)  # fmt: skip

bookings: Final = tenant_table(
    "bookings", METADATA,
    # None: a seat is held, and nobody has said for whom.
    Column("client_id", Uuid),
    Column("service_id", Uuid, nullable=False),
    Column("session_id", Uuid, nullable=False),
    # As the session's.
    Column("staff_id", Uuid, nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("seats", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("held_until", DateTime(timezone=True)),
    # What it keeps of its service, so that no change of that changes it.
    Column("terms", JSONB, nullable=False),
    Column("source", Text, nullable=False),
    Column("note", Text),
    Column("confirmed_at", DateTime(timezone=True)),
    Column("closed_at", DateTime(timezone=True)),
    Column("reason", Text),
    # Cancelled after its notice.
    Column("is_late", Boolean, nullable=False),
    # What is to become of its credit, and how that stands at memberships.
    Column("credit_goal", Text),
    Column("credit_status", Text, nullable=False),
    Column("credit_hold_id", Uuid),
    # Asked of billing, until that has answered.
    Column("is_invoicing", Boolean, nullable=False),
    # As it was asked for: asked again, it is the same.
    Column("invoice_request", JSONB),
    Column("invoice_id", Uuid),
    # What billing or memberships has refused: code, detail and field.
    Column("problem", JSONB),
    # Whether something is to be asked of another service still.
    Column("is_unsettled", Boolean, nullable=False),
    Column("external_id", Text),
    Column("created_by", Text, nullable=False),
    # Of the request, to know it again by the id its maker gave it.
    Column("digest", LargeBinary, nullable=False, info={"sensitive": True}),
    ForeignKeyConstraint(
        ["tenant_id", "session_id"], ["booking_sessions.tenant_id", "booking_sessions.id"],
        name="fk_bookings_session",
    ),
    Index("ix_bookings_session", "tenant_id", "session_id", "created_at", "id"),
    Index("ix_bookings_client", "tenant_id", "client_id", "starts_at", "id",
          postgresql_where=text("client_id IS NOT NULL")),
    Index("ix_bookings_starts", "tenant_id", "starts_at", "id"),
    Index("ix_bookings_staff", "tenant_id", "staff_id", "starts_at", "id"),
    Index("ix_bookings_service", "tenant_id", "service_id", "starts_at", "id"),
    Index("ix_bookings_invoice", "tenant_id", "invoice_id",
          postgresql_where=text("invoice_id IS NOT NULL")),
    Index("ix_bookings_updated", "tenant_id", "updated_at", "id"),
    Index("ix_bookings_created", "tenant_id", "created_at", "id"),
    Index("ix_bookings_held", "held_until", "tenant_id",
          postgresql_where=text("status = 'held'")),
    Index("ix_bookings_unsettled", "updated_at", "tenant_id",
          postgresql_where=text("is_unsettled")),
    Index("uq_bookings__external_id", "tenant_id", "external_id", unique=True,
          postgresql_where=text("external_id IS NOT NULL")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(Row):
    """A service, done by somebody at some time."""

    service_id: UUID
    staff_id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int
    resource_ids: list[UUID]
    taken_from: datetime
    taken_until: datetime
    is_open: bool
    unstaffed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking(Row):
    """Seats in a session; the digest is of the request that made it."""

    client_id: UUID | None
    service_id: UUID
    session_id: UUID
    staff_id: UUID
    starts_at: datetime
    ends_at: datetime
    seats: int
    status: str
    held_until: datetime | None
    terms: dict[str, Any]
    source: str
    note: str | None
    confirmed_at: datetime | None
    closed_at: datetime | None
    reason: str | None
    is_late: bool
    credit_goal: str | None
    credit_status: str
    credit_hold_id: UUID | None
    is_invoicing: bool
    invoice_request: dict[str, Any] | None
    invoice_id: UUID | None
    problem: dict[str, Any] | None
    is_unsettled: bool
    external_id: str | None
    created_by: str
    digest: bytes
