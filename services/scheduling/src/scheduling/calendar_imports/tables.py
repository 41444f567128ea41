"""Calendars that are imported, what became of their entries, and which of those are here."""

from typing import Final

from sqlalchemy import Column, ForeignKeyConstraint, Index, Table, Text, Uuid

from background.imports.tables import piece_table, row_table
from scheduling.metadata import METADATA

import_pieces: Final = piece_table(METADATA)
import_rows: Final = row_table(METADATA, Column("record_id", Uuid), Column("client_id", Uuid))

# What an appointment was in the calendar that it came from: who sees it makes no second one of the
# same. Nobody who does not is told of it, so there may be several.
calendar_import_entries: Final = Table(
    "calendar_import_entries", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("uid", Text, primary_key=True),
    # Its time in its series, in UTC; empty where it stands alone.
    Column("recurrence", Text, primary_key=True),
    Column("appointment_id", Uuid, primary_key=True),
    ForeignKeyConstraint(
        ["tenant_id", "appointment_id"], ["appointments.tenant_id", "appointments.id"],
        ondelete="CASCADE", name="fk_calendar_import_entries_appointment",
    ),
    Index("ix_calendar_import_entries_appointment", "tenant_id", "appointment_id"),
)  # fmt: skip
