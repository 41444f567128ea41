"""Shapes of appointments as they are sent."""

from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from chassis.links import Channel
from chassis.shapes import Instant, Name, Shape, Text
from scheduling.appointments.rules.states import LinkedType, Scope, Status

Minutes = Annotated[int, Field(ge=1, le=20_160, strict=True)]
Remind = Annotated[int, Field(ge=0, le=525_600, strict=True)]
People = Annotated[list[UUID], Field(max_length=50)]
Reminders = Annotated[list[Remind], Field(max_length=10)]
Note = Annotated[Text, StringConstraints(min_length=1)]
Rule = Annotated[Text, StringConstraints(min_length=1, max_length=500)]
Ids = Annotated[list[UUID] | None, Field(max_length=200)]


class Linked(Shape):
    """What an appointment is about besides its client."""

    type: LinkedType
    id: UUID


class AppointmentCreate(Shape):
    """When somebody is to meet a client, about what, and who and what is needed.

    It ends at `ends_at`, or after `duration_minutes`, or after as long as the company's
    appointments take. `recurrence` is a rule of RFC 5545 with an end (COUNT or UNTIL), by Hijri
    months with RSCALE=ISLAMIC-UMALQURA; then it is the first of a series, whose other ones keep
    its wall time in the company's zone, and with `skip_holidays` leave out holidays. `reminders`
    are minutes before it, of a series three at most; they go to its staff, and to the client as
    far as the caller may send messages. With `shared_with_client` its link is mailed to the client.
    """

    id: UUID | None = None
    client_id: UUID
    staff_ids: People = []
    resource_ids: People = []
    starts_at: Instant
    ends_at: Instant | None = None
    duration_minutes: Minutes | None = None
    action_id: UUID | None = None
    title: Name | None = None
    location: Name | None = None
    note: Note | None = None
    recurrence: Rule | None = None
    skip_holidays: bool = False
    linked: Linked | None = None
    reminders: Reminders = []
    shared_with_client: bool = False

    def digest(self) -> bytes:
        """What the request is known by when it comes again."""
        return sha256(self.model_dump_json().encode()).digest()

    def columns(self) -> dict[str, Any]:
        """As it is kept, without how it recurs."""
        left_out = {"duration_minutes", "recurrence", "skip_holidays", "cause"}
        return _columns(self.model_dump(exclude=left_out))


class AppointmentAsked(AppointmentCreate):
    """The same, asked for by another service because of something."""

    cause: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class AppointmentUpdate(Shape):
    """What may change; lists are replaced as a whole. `…/reschedule` moves it.

    With a `recurrence` one that stands alone becomes the first of a series (`skip_holidays` as
    when it is set), with all that is changed besides.

    Other `reminders` go to the client as far as the caller may send messages; whoever may not, and
    only leaves some out, has the others go where they went.

    `scope` says whether the change is of this one of a series, of this and those that follow it,
    or of all that are still to come; those that were changed by themselves stay as they are.
    """

    staff_ids: People = []
    resource_ids: People = []
    action_id: UUID | None = None
    title: Name | None = None
    location: Name | None = None
    note: Note | None = None
    linked: Linked | None = None
    reminders: Reminders = []
    recurrence: Rule | None = None
    skip_holidays: bool = False
    scope: Scope = "this"

    def changes(self) -> dict[str, Any]:
        """What it says, as it is kept, without how it recurs."""
        left_out = {"scope", "recurrence", "skip_holidays"}
        return _columns(self.model_dump(exclude_unset=True, exclude=left_out))


class AppointmentMoved(Shape):
    """When it is instead; as long as before unless it says otherwise.

    With a `scope` beyond this one all others are moved by as much, by their wall time, or go by
    another `recurrence` from then on.
    """

    starts_at: Instant
    ends_at: Instant | None = None
    duration_minutes: Minutes | None = None
    recurrence: Rule | None = None
    reason: Note | None = None
    scope: Scope = "this"


class AppointmentCancelled(Shape):
    """Why it will not be, and whether those that follow it will not be either."""

    reason: Note | None = None
    scope: Scope = "this"


class ShareAsked(Shape):
    """How an appointment is shared with its client: by mail, or by a link that is shown once and
    works in both cases.

    Without a channel it is mailed if the client has an address and the caller may send messages.
    The link works for 90 days, or for a week after the appointment, unless it says otherwise.
    """

    channel: Channel | None = None
    link_expires_at: Instant | None = None


class AppointmentFilters(BaseModel):
    """How the list may be narrowed: a calendar asks for `ends_from` and `starts_to`."""

    client_id: Ids = None
    staff_id: Ids = None
    resource_id: Ids = None
    action_id: Ids = None
    series_id: Ids = None
    status: Annotated[list[Status] | None, Field(max_length=5)] = None
    linked_type: Annotated[list[LinkedType] | None, Field(max_length=4)] = None
    linked_id: Ids = None
    shared_with_client: bool | None = None
    starts_from: Instant | None = None
    starts_to: Instant | None = None
    ends_from: Instant | None = None
    ends_to: Instant | None = None
    updated_from: Instant | None = None
    updated_to: Instant | None = None


def _columns(given: dict[str, Any]) -> dict[str, Any]:
    if "linked" in given:
        linked = given.pop("linked") or {}
        given |= {"linked_type": linked.get("type"), "linked_id": linked.get("id")}
    if "shared_with_client" in given:
        given["is_shared"] = given.pop("shared_with_client")
    for name in ("staff_ids", "resource_ids", "reminders"):
        if name in given:
            given[name] = list(dict.fromkeys(given[name]))
    return given
