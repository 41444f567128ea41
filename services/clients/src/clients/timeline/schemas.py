"""Shapes of the timeline."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from chassis.shapes import View

Texts = Annotated[list[Annotated[str, Field(max_length=100)]] | None, Field(max_length=50)]


class TimelineFilters(BaseModel):
    """How the timeline may be narrowed."""

    event: Texts = None
    actor: Texts = None
    service: Texts = None
    at_from: AwareDatetime | None = None
    at_to: AwareDatetime | None = None


class SummaryView(View):
    """One line in both languages."""

    ar: str
    en: str


class SourceView(View):
    """Where it happened."""

    service: str
    type: str
    id: UUID
    url: str


class EntryView(View):
    """Something that happened to the client."""

    id: UUID
    at: datetime
    event: str
    actor: str
    summary: SummaryView
    source: SourceView
    data: dict[str, Any]
    client_id: UUID
    url: str
