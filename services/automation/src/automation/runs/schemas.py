"""Shapes of runs."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from automation.catalogue.rules.catalogue import is_event_type
from chassis.shapes import Resource, Shape, View

Status = Literal["pending", "running", "waiting", "completed", "failed", "cancelled", "skipped"]


class RunRequest(Shape):
    """For whom the flow is run by hand."""

    client_id: UUID


class InlineEvent(Shape):
    """An event as it might come."""

    type: Annotated[str, Field(max_length=100)]
    client_id: UUID | None = None
    time: datetime | None = None
    data: dict[str, Any] = {}

    @model_validator(mode="after")
    def _has_a_type(self) -> "InlineEvent":
        if "*" in self.type or not is_event_type(self.type):
            raise ValueError("This is not the type of an event.")
        return self


class TrialRequest(Shape):
    """On what the flow is tried out: a client, or an event made up for it."""

    client_id: UUID | None = None
    event: InlineEvent | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "TrialRequest":
        if (self.client_id is None) == (self.event is None):
            raise ValueError("Give either a client_id or an event.")
        return self


class RunFilters(BaseModel):
    """By which runs are found."""

    flow_id: UUID | None = None
    client_id: UUID | None = None
    status: list[Status] | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None


class StepView(View):
    """A step of a run: what it was told, what it did, or why it did not."""

    path: str
    type: str
    status: Literal["running", "waiting", "completed", "failed", "skipped"]
    input: Any = None
    output: Any = None
    reason: str | None = None
    detail: dict[str, str] | None = None
    until: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None


class EventView(View):
    """What a run reacts to."""

    id: UUID
    type: str
    time: datetime
    actor: str


class RunView(Resource):
    """A run. `position` is the step in hand or waited for, `due_at` when it goes on."""

    flow_id: UUID
    flow_name: str
    flow_version: int
    client_id: UUID | None
    url: str | None
    event: EventView
    status: Status
    reason: str | None
    detail: dict[str, str] | None
    depth: int
    position: str | None
    due_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    steps: list[StepView]


class Finding(View):
    """A comparison of the trigger's condition and what it found."""

    field: str
    operator: str
    value: Any
    actual: Any
    holds: bool


class TrialView(View):
    """The run as it would be; nothing was done and nothing is kept."""

    status: Status
    reason: str | None
    detail: dict[str, str] | None
    starts: bool
    findings: list[Finding]
    steps: list[StepView]
