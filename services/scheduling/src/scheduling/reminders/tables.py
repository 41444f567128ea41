"""Who is to be reminded of what, when, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Integer, Text, Uuid, text

from chassis.tables import Row, tenant_table
from scheduling.metadata import METADATA

reminders: Final = tenant_table(
    "reminders", METADATA,
    Column("client_id", Uuid, nullable=False),
    # An appointment or a booking.
    Column("subject_type", Text, nullable=False),
    Column("subject_id", Uuid, nullable=False),
    # By a rule, or by the appointment's own minutes: which, as one word.
    Column("source", Text, nullable=False),
    Column("reminder_rule_id", Uuid),
    Column("minutes", Integer),
    # client or staff; and the id of the one.
    Column("recipient", Text, nullable=False),
    Column("recipient_id", Uuid, nullable=False),
    Column("channel", Text, nullable=False),
    # When it begins, as this was reckoned for.
    Column("starts_at", DateTime(timezone=True), nullable=False),
    # When it would go out, and when it does for the sake of quiet hours.
    Column("wanted_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    # From then on it would come too late.
    Column("until_at", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    # Why it was skipped, or failed: a code.
    Column("reason", Text),
    Column("message_id", Uuid),
    Column("sent_at", DateTime(timezone=True)),
    # One that is to come, whatever reckons twice.
    Index("uq_reminders__pending", "tenant_id", "subject_id", "source", "recipient_id",
          unique=True, postgresql_where=text("state = 'pending'")),
    Index("ix_reminders_subject", "tenant_id", "subject_id", "created_at", "id"),
    Index("ix_reminders_client", "tenant_id", "client_id", "due_at", "id"),
    Index("ix_reminders_due", "tenant_id", "due_at", "id"),
    Index("ix_reminders_recipient", "tenant_id", "recipient_id", "due_at", "id"),
    Index("ix_reminders_created", "tenant_id", "created_at", "id"),
    Index("ix_reminders_updated", "tenant_id", "updated_at", "id"),
    Index("ix_reminders_to_send", "due_at", "tenant_id",
          postgresql_where=text("state = 'pending'")),
    Index("ix_reminders_sending", "updated_at", "tenant_id",
          postgresql_where=text("state = 'sending'")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder(Row):
    """That somebody is to be reminded of an appointment or a booking, or was."""

    client_id: UUID
    subject_type: str
    subject_id: UUID
    source: str
    reminder_rule_id: UUID | None
    minutes: int | None
    recipient: str
    recipient_id: UUID
    channel: str
    starts_at: datetime
    wanted_at: datetime
    due_at: datetime
    until_at: datetime
    state: str
    reason: str | None
    message_id: UUID | None
    sent_at: datetime | None

    @property
    def key(self) -> tuple[UUID, str, UUID]:
        """What is to be sent once for each time: of what, by what, to whom."""
        return self.subject_id, self.source, self.recipient_id
