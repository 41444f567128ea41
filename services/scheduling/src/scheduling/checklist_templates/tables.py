"""The steps that come again."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Column, Index, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import Row, tenant_table
from scheduling.metadata import METADATA

checklist_templates = tenant_table(
    "checklist_templates", METADATA,
    Column("name", JSONB, nullable=False),
    # In their order: [{"id", "name", "required"}]
    Column("items", JSONB, nullable=False),
    # Of clients, which this service does not ask: who enters one of these has it begun.
    Column("folder_id", Uuid),
    Column("status_id", Uuid),
    Column("is_active", Boolean, nullable=False),
    Index("ix_checklist_templates_updated", "tenant_id", "updated_at", "id"),
    Index("ix_checklist_templates_bound", "tenant_id", "id", postgresql_where=text(
        "is_active AND (folder_id IS NOT NULL OR status_id IS NOT NULL)"
    )),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistTemplate(Row):
    """A list of steps that checklists are made of."""

    name: dict[str, str]
    items: list[dict[str, Any]]
    folder_id: UUID | None
    status_id: UUID | None
    is_active: bool
