"""What a company lets be booked."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.tables import Row, tenant_table
from scheduling.metadata import METADATA

booking_services: Final = tenant_table(
    "booking_services", METADATA,
    Column("name", JSONB, nullable=False),
    Column("description", JSONB),
    Column("duration_minutes", Integer, nullable=False),
    Column("buffer_before", Integer, nullable=False),
    Column("buffer_after", Integer, nullable=False),
    # How many minutes after one another it may begin; null: as the settings say.
    Column("slot_minutes", Integer),
    Column("currency", Text, nullable=False),
    Column("price_minor", BigInteger),
    Column("deposit_minor", BigInteger),
    # One of billing's taxes, who looks at it when a booking is invoiced.
    Column("tax_id", Uuid),
    Column("staff_ids", ARRAY(Uuid), nullable=False),
    # All of them are needed each time.
    Column("resource_ids", ARRAY(Uuid), nullable=False),
    Column("capacity", Integer, nullable=False),
    # One of memberships' credit types, and how much of it a seat takes, as it is written.
    Column("credit_type_id", Uuid),
    Column("credit_amount", Text, nullable=False),
    Column("policy", JSONB, nullable=False),
    Column("is_public", Boolean, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("external_id", Text),
    Index("ix_booking_services_updated", "tenant_id", "updated_at", "id"),
    Index("uq_booking_services__external_id", "tenant_id", "external_id", unique=True,
          postgresql_where=text("external_id IS NOT NULL")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingService(Row):
    """Something that is booked again and again."""

    name: dict[str, str]
    description: dict[str, str] | None
    duration_minutes: int
    buffer_before: int
    buffer_after: int
    slot_minutes: int | None
    currency: str
    price_minor: int | None
    deposit_minor: int | None
    tax_id: UUID | None
    staff_ids: list[UUID]
    resource_ids: list[UUID]
    capacity: int
    credit_type_id: UUID | None
    credit_amount: str
    policy: dict[str, Any]
    is_public: bool
    is_active: bool
    external_id: str | None
