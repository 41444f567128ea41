"""Shapes of reminders."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.shapes import Instant, Resource
from scheduling.reminder_rules.rules import Channel
from scheduling.reminders.rules.states import Recipient, State

Ids = Annotated[list[UUID] | None, Field(max_length=200)]


class ReminderFilters(BaseModel):
    """How the list may be narrowed."""

    client_id: Ids = None
    appointment_id: Ids = None
    booking_id: Ids = None
    user_id: Ids = None
    reminder_rule_id: Ids = None
    to: Annotated[list[Recipient] | None, Field(max_length=2)] = None
    channel: Annotated[list[Channel] | None, Field(max_length=3)] = None
    state: Annotated[list[State] | None, Field(max_length=5)] = None
    due_from: Instant | None = None
    due_to: Instant | None = None
    updated_from: Instant | None = None
    updated_to: Instant | None = None


class ReminderView(Resource):
    """That somebody is reminded of an appointment or a booking that begins at `starts_at`.

    By a rule, or by the appointment's own `minutes`. `due_at` is when it goes out, quiet hours
    considered; `message_id` is the message's, once it was sent; `reason` is a code that says why it
    was skipped or has failed.
    """

    client_id: UUID
    url: str
    appointment_id: UUID | None
    booking_id: UUID | None
    reminder_rule_id: UUID | None
    minutes: int | None
    to: Recipient
    user_id: UUID | None
    channel: Channel
    starts_at: datetime
    due_at: datetime
    state: State
    reason: str | None
    message_id: UUID | None
    sent_at: datetime | None
