"""How a company keeps its appointments and bookings."""

from dataclasses import dataclass

from sqlalchemy import Boolean, Column, Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.tables import Row, tenant_table
from scheduling.metadata import METADATA

# One row of a company, under its own id; none until something is said.
scheduling_settings = tenant_table(
    "scheduling_settings", METADATA,
    # How long an appointment is that says neither its end nor its length.
    Column("appointment_minutes", Integer, nullable=False),
    # From one slot that is offered to the next.
    Column("slot_minutes", Integer, nullable=False),
    # Whose holidays the company keeps; null: those of its own country.
    Column("holiday_countries", ARRAY(Text)),
    # Whether the public may book what is public.
    Column("is_public_booking", Boolean, nullable=False),
    # Wall times of the company from and until which nobody is reminded; null: at any time.
    Column("quiet_from", Text),
    Column("quiet_to", Text),
    # Whether what is written says days in the Hijri calendar too.
    Column("is_hijri_shown", Boolean, nullable=False, server_default="false"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class SchedulingSettings(Row):
    """What holds for all appointments and bookings of the company."""

    appointment_minutes: int
    slot_minutes: int
    holiday_countries: list[str] | None
    is_public_booking: bool
    quiet_from: str | None
    quiet_to: str | None
    is_hijri_shown: bool
