"""Shapes of appointments as they are shown."""

from datetime import datetime
from uuid import UUID

from chassis.links import Channel
from chassis.shapes import Resource, View
from scheduling.appointments.rules.states import LinkedType, Status


class LinkedView(View):
    """What an appointment is about besides its client."""

    type: LinkedType
    id: UUID


class AppointmentView(Resource):
    """An appointment; one of a series has its `recurrence`, and its place in it as a wall time.
    Its `reminders` go to its staff, and to its client if it `reminds_client`.
    """

    client_id: UUID
    url: str
    staff_ids: list[UUID]
    resource_ids: list[UUID]
    starts_at: datetime
    ends_at: datetime
    duration_minutes: int
    action_id: UUID | None
    title: str | None
    location: str | None
    note: str | None
    status: Status
    linked: LinkedView | None
    reminders: list[int]
    reminds_client: bool
    series_id: UUID | None
    occurrence: str | None
    recurrence: str | None
    skip_holidays: bool | None
    timezone: str | None
    shared_with_client: bool
    link_expires_at: datetime | None
    viewed_at: datetime | None
    message_id: UUID | None
    mail_failure: str | None
    confirmed_at: datetime | None
    confirmed_by: str | None
    done_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None
    created_by: str


class SharedView(AppointmentView):
    """An appointment with the link for its client, which is shown this once."""

    channel: Channel
    share_url: str


class SeriesView(Resource):
    """How appointments recur: by a rule, from a wall time in a zone on."""

    client_id: UUID
    url: str
    recurrence: str
    first_at: str
    timezone: str
    skip_holidays: bool


class MoveView(Resource):
    """That an appointment was moved, by whom and why."""

    appointment_id: UUID
    client_id: UUID
    url: str
    from_starts_at: datetime
    from_ends_at: datetime
    to_starts_at: datetime
    to_ends_at: datetime
    reason: str | None
    moved_by: str
