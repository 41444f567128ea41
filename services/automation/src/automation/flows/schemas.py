"""Shapes of flows."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from automation.flows.rules import Trigger
from automation.steps.rules.shapes import Step
from chassis.shapes import Name, Resource, Shape, View

Steps = Annotated[list[Step], Field(min_length=1, max_length=50)]


class FlowCreate(Shape):
    """What starts it and what it then does; it starts nothing before it is enabled."""

    id: UUID | None = None
    name: Name
    enabled: bool = False
    trigger: Trigger
    steps: Steps


class FlowUpdate(Shape):
    """What may change. A trigger is merged, steps are replaced as a whole."""

    name: Name = ""
    enabled: bool = False
    trigger: dict[str, Any] = {}
    steps: Steps = []


class FlowFilters(BaseModel):
    """By which flows are found."""

    enabled: bool | None = None
    manual: bool | None = None
    event: Annotated[str, Field(max_length=100)] | None = None
    folder_id: UUID | None = None


class FlowView(Resource):
    """A flow, and how it has done so far."""

    name: str
    enabled: bool
    trigger: dict[str, Any]
    steps: list[dict[str, Any]]
    flow_version: int
    edited_by: str
    last_run_at: datetime | None
    run_count: int
    error_count: int
    last_failed_at: datetime | None
    last_failure: str | None


class CatalogueField(View):
    """A field that conditions and texts can use."""

    field: str
    kind: str


class CatalogueEvent(View):
    """An event that can start a flow; of unknown fields any may be asked for."""

    type: str
    fields_are_known: bool
    fields: list[CatalogueField]


class CatalogueView(View):
    """What flows can be made of."""

    events: list[CatalogueEvent]
    client_fields: list[CatalogueField]
    event_fields: list[CatalogueField]
    operators: dict[str, list[str]]
    steps: list[dict[str, Any]]
