"""Appointments, whom and what they need, and what moved them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.tables import Row, tenant_table
from scheduling.metadata import METADATA

appointments = tenant_table(
    "appointments", METADATA,
    Column("client_id", Uuid, nullable=False),
    Column("title", Text),
    Column("location", Text),
    Column("note", Text),
    Column("action_id", Uuid),
    Column("staff_ids", ARRAY(Uuid), nullable=False),
    Column("resource_ids", ARRAY(Uuid), nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("status", Text, nullable=False),
    # What it is about besides the client; of billing's documents this service knows the id alone.
    Column("linked_type", Text),
    Column("linked_id", Uuid),
    # How many minutes before it somebody is reminded.
    Column("reminders", ARRAY(Integer), nullable=False),
    # Its client too: as whoever set them may send messages.
    Column("reminds_client", Boolean, nullable=False),
    Column("is_shared", Boolean, nullable=False),
    Column("series_id", Uuid),
    # The wall time at which its series has it, wherever it was moved by itself.
    Column("occurrence", DateTime(timezone=False)),
    # Whether somebody changed it by itself: then changes of the series leave it alone.
    Column("is_apart", Boolean, nullable=False),
    Column("confirmed_at", DateTime(timezone=True)),
    Column("confirmed_by", Text),
    Column("done_at", DateTime(timezone=True)),
    Column("cancelled_at", DateTime(timezone=True)),
    Column("cancel_reason", Text),
    Column("link_hash", LargeBinary, info={"sensitive": True}),
    Column("link_expires_at", DateTime(timezone=True)),
    Column("viewed_at", DateTime(timezone=True)),
    # The mail that the link went out with, of comms; or why there is none.
    Column("message_id", Uuid),
    Column("mail_failure", Text),
    # Of the request that made it.
    Column("digest", LargeBinary, info={"sensitive": True}),
    Column("created_by", Text, nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "action_id"], ["actions.tenant_id", "actions.id"],
        name="fk_appointments_action",
    ),
    ForeignKeyConstraint(
        ["tenant_id", "series_id"], ["appointment_series.tenant_id", "appointment_series.id"],
        name="fk_appointments_series",
    ),
    Index("ix_appointments_starts", "tenant_id", "starts_at", "id"),
    Index("ix_appointments_client", "tenant_id", "client_id", "starts_at", "id"),
    Index("ix_appointments_created", "tenant_id", "created_at", "id"),
    Index("ix_appointments_updated", "tenant_id", "updated_at", "id"),
    Index("ix_appointments_action", "tenant_id", "action_id",
          postgresql_where=text("action_id IS NOT NULL")),
    Index("ix_appointments_series", "tenant_id", "series_id", "occurrence",
          postgresql_where=text("series_id IS NOT NULL")),
    Index("ix_appointments_linked", "tenant_id", "linked_id", "starts_at",
          postgresql_where=text("linked_id IS NOT NULL")),
    Index("ix_appointments_link", "link_hash", unique=True,
          postgresql_where=text("link_hash IS NOT NULL")),
)  # fmt: skip

# The same whom and what it needs, to be found by: an array would be found by no index that
# row-level security lets through.
appointment_subjects: Final = Table(
    "appointment_subjects", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("appointment_id", Uuid, primary_key=True),
    Column("subject_id", Uuid, primary_key=True),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "appointment_id"], ["appointments.tenant_id", "appointments.id"],
        ondelete="CASCADE", name="fk_appointment_subjects_appointment",
    ),
    Index(
        "ix_appointment_subjects_starts", "tenant_id", "subject_id", "starts_at", "appointment_id"
    ),
)  # fmt: skip

appointment_moves = tenant_table(
    "appointment_moves", METADATA,
    Column("appointment_id", Uuid, nullable=False),
    Column("from_starts_at", DateTime(timezone=True), nullable=False),
    Column("from_ends_at", DateTime(timezone=True), nullable=False),
    Column("to_starts_at", DateTime(timezone=True), nullable=False),
    Column("to_ends_at", DateTime(timezone=True), nullable=False),
    Column("reason", Text),
    Column("moved_by", Text, nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "appointment_id"], ["appointments.tenant_id", "appointments.id"],
        ondelete="CASCADE", name="fk_appointment_moves_appointment",
    ),
    Index("ix_appointment_moves_appointment", "tenant_id", "appointment_id", "created_at", "id"),
)  # fmt: skip

appointment_series = tenant_table(
    "appointment_series", METADATA,
    Column("client_id", Uuid, nullable=False),
    # As RFC 5545 writes it, with RSCALE (RFC 7529) where it goes by Hijri months.
    Column("rule", Text, nullable=False),
    # The wall time of the first one, and where that is.
    Column("first_local", DateTime(timezone=False), nullable=False),
    Column("timezone", Text, nullable=False),
    Column("skips_holidays", Boolean, nullable=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment(Row):
    """That somebody is to meet a client, and when."""

    client_id: UUID
    title: str | None
    location: str | None
    note: str | None
    action_id: UUID | None
    staff_ids: list[UUID]
    resource_ids: list[UUID]
    starts_at: datetime
    ends_at: datetime
    status: str
    linked_type: str | None
    linked_id: UUID | None
    reminders: list[int]
    reminds_client: bool
    is_shared: bool
    series_id: UUID | None
    occurrence: datetime | None
    is_apart: bool
    confirmed_at: datetime | None
    confirmed_by: str | None
    done_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None
    link_hash: bytes | None
    link_expires_at: datetime | None
    viewed_at: datetime | None
    message_id: UUID | None
    mail_failure: str | None
    digest: bytes | None
    created_by: str

    @property
    def subject_ids(self) -> tuple[UUID, ...]:
        """Everybody and everything that it needs."""
        return (*self.staff_ids, *self.resource_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentMove(Row):
    """That an appointment was moved, from when to when."""

    appointment_id: UUID
    from_starts_at: datetime
    from_ends_at: datetime
    to_starts_at: datetime
    to_ends_at: datetime
    reason: str | None
    moved_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentSeries(Row):
    """How appointments recur: a rule that ends, from its first wall time on."""

    client_id: UUID
    rule: str
    first_local: datetime
    timezone: str
    skips_holidays: bool
