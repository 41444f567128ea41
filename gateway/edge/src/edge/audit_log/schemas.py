"""Shapes of the audit log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from chassis.shapes import View


class AuditFilters(BaseModel):
    """Which entries a list shows."""

    entity: str | None = Field(default=None, max_length=100)
    entity_id: UUID | None = None
    actor: str | None = Field(default=None, max_length=100)
    action: str | None = Field(default=None, max_length=100)
    at_from: AwareDatetime | None = None
    at_to: AwareDatetime | None = None


class AuditEntryView(View):
    """Who did what to which record; secrets are left out."""

    id: UUID
    at: datetime
    actor: str
    action: str
    entity: str
    entity_id: UUID
    changes: dict[str, Any]
    request_id: str | None
    trace_id: str | None
