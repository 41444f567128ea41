"""Shapes of follow-ups."""

from datetime import datetime
from hashlib import sha256
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from chassis.shapes import Instant, Resource, Shape, Text
from scheduling.follow_ups.rules.states import State

Minutes = Annotated[int, Field(ge=1, le=20_160, strict=True)]
People = Annotated[list[UUID], Field(max_length=50)]
Note = Annotated[Text, StringConstraints(min_length=1)]
Ids = Annotated[list[UUID] | None, Field(max_length=200)]


class FollowUpCreate(Shape):
    """What status a client has now, what is to be done with them, and when: in one save.

    With `at` there is an appointment then, which takes the staff for `duration_minutes`, or for as
    long as the company's appointments take. Whoever names a status needs `clients:write` too.
    """

    id: UUID | None = None
    client_id: UUID
    status_id: UUID | None = None
    pinned_status_id: UUID | None = None
    follow_up_status_id: UUID | None = None
    action_id: UUID | None = None
    at: Instant | None = None
    duration_minutes: Minutes | None = None
    note: Note | None = None
    staff_ids: People = []

    def digest(self) -> bytes:
        """What the request is known by when it comes again."""
        return sha256(self.model_dump_json().encode()).digest()


class FollowUpCancelled(Shape):
    """Why nobody follows the client up."""

    reason: Note | None = None


class FollowUpFilters(BaseModel):
    """How the list may be narrowed."""

    client_id: Ids = None
    staff_id: Ids = None
    action_id: Ids = None
    appointment_id: Ids = None
    state: Annotated[list[State] | None, Field(max_length=5)] = None
    at_from: Instant | None = None
    at_to: Instant | None = None
    updated_from: Instant | None = None
    updated_to: Instant | None = None


class ProblemView(BaseModel):
    """Why clients refused the status."""

    code: str
    field: str | None
    detail: str


class FollowUpView(Resource):
    """A follow-up; `pending` until the client has the status, `refused` if it did not get it."""

    client_id: UUID
    url: str
    state: State
    status_id: UUID | None
    pinned_status_id: UUID | None
    follow_up_status_id: UUID | None
    action_id: UUID | None
    at: datetime | None
    duration_minutes: int | None
    staff_ids: list[UUID]
    appointment_id: UUID | None
    note: str | None
    problem: ProblemView | None
    closed_at: datetime | None
    closed_by: str | None
    created_by: str
